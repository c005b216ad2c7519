"""Which adapter makes mailboxes: a wrong setting stops the start with a sentence that says what to set."""

import csv
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from enrollment import mailboxes
from enrollment.mailboxes.export import HEADING, Order, written


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("zimbra", "TTE_MAILBOXES: 'zimbra' is not known; known are export, cpanel"),
        ("no.such.Thing", "TTE_MAILBOXES: "),
        ("cpanel", "set CPANEL_USER, CPANEL_TOKEN too"),
    ],
)
def test_a_wrong_setting_says_what_is_missing(settings: Any, name: str, says: str) -> None:
    settings.MAILBOXES = name
    settings.CPANEL = {"CPANEL_URL": "https://mail.example:2083", "CPANEL_USER": "", "CPANEL_TOKEN": ""}
    with pytest.raises(ImproperlyConfigured, match=says.replace("(", r"\(")):
        mailboxes.provisioner()


def test_a_password_never_goes_to_another_machine_in_the_clear(settings: Any) -> None:
    settings.MAILBOXES = "cpanel"
    settings.CPANEL = {"CPANEL_URL": "http://mail.example:2083", "CPANEL_USER": "u", "CPANEL_TOKEN": "t"}
    with pytest.raises(ImproperlyConfigured, match="CPANEL_URL must be an address that begins with https"):
        mailboxes.provisioner()


@pytest.mark.parametrize("name", ["=1+1", "+62", "-2", "@SUM(A1)", "\tx", "\rx"])
def test_no_cell_of_the_list_begins_a_formula(name: str) -> None:
    content = written([Order("ayu@dinas.example", "Abcd-2345", 100, name, fresh=True)])
    rows = list(csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert rows[0] == list(HEADING)
    assert rows[1] == ["ayu@dinas.example", "Abcd-2345", "100", f"'{name}", "Buat surel"]
