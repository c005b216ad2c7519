"""P6: sealed columns keep what they are given, in their own row and column, and are never read as plain text."""

from typing import Any, cast

import pytest
from django.core.exceptions import FieldError
from django.db import connection
from django.db.models import Value
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as some

from enrollment import procedure, terms
from enrollment.models import Application, Institution, MailboxRequest, PersonnelRecord
from tests.hostile import dump, guesses, sql
from tte_portal.encryption import Unreadable
from tte_portal.fields import Sealed, place_of, sealed_fields

pytestmark = pytest.mark.django_db

NIK = "9901015705680100"
characters = some.characters(exclude_categories=["Cs"])
words = some.text(characters, max_size=300)
objects = some.dictionaries(
    words, some.dictionaries(words, words | some.integers() | some.none(), max_size=3), max_size=3
)


def again(application: Application) -> Application:
    return Application.objects.get(pk=application.pk)


def make(institution: Institution, number: int = 0, **fields: Any) -> Application:
    return Application.objects.create(
        institution=institution, procedure=terms.keep(procedure.find("natuna")), receipt=f"TTE-{number}",
        mailbox=f"m{number}@natunakab.example", **fields,
    )  # fmt: skip


@guesses
@given(nik=words, draft=objects)
def test_texts_and_objects_come_back_as_they_were(application: Application, nik: str, draft: dict[str, Any]) -> None:
    application.nik, application.draft = nik, draft
    application.save()
    assert again(application).nik == nik
    assert again(application).draft == draft


def test_the_table_holds_no_plain_text_and_no_two_equal_values(natuna: Institution) -> None:
    for number in (1, 2):
        make(natuna, number, nik=NIK, phone="+6280010000100")
    rows = dump()["enrollment_application"]
    assert NIK not in str(rows)
    assert NIK.encode().hex() not in str(rows)
    assert len(set(Application.objects.values_list("nik", flat=True))) == 2


@pytest.mark.parametrize(("source", "target"), [
    ("(SELECT nik FROM enrollment_application WHERE receipt = 'TTE-2')", "nik"),
    ("phone", "nik"),
    ("employee_number", "phone"),
    ("(SELECT employee_number FROM enrollment_personnelrecord LIMIT 1)", "employee_number"),
])  # fmt: skip
def test_a_value_moved_to_another_row_column_or_table_is_refused(natuna: Institution, source: str, target: str) -> None:
    mine = make(natuna, 1, nik=NIK, phone="+62800", employee_number="1")
    make(natuna, 2, nik="9901015705680101")
    sql(f"UPDATE enrollment_application SET {target} = {source} WHERE receipt = 'TTE-1'")  # noqa: S608
    with pytest.raises(Unreadable):
        getattr(again(mine), target)


@pytest.mark.parametrize("place", [0, 1, 6, 20, 30])
def test_a_value_with_one_changed_byte_is_refused(natuna: Institution, place: int) -> None:
    mine = make(natuna, nik=NIK)
    sql("UPDATE enrollment_application SET nik = set_byte(nik, %s, get_byte(nik, %s) # 1)", place, place)
    with pytest.raises(Unreadable):
        _ = again(mine).nik


def test_a_row_with_a_spoiled_value_can_still_be_listed_and_its_rest_read(natuna: Institution) -> None:
    mine = make(natuna, nik=NIK, phone="+62800")
    sql("UPDATE enrollment_application SET nik = 'spoiled'")
    found = Application.objects.get(pk=mine.pk)
    assert found.receipt == "TTE-0"
    assert found.phone == "+62800"


@pytest.mark.parametrize("value", [NIK, b"x", "", 7])
def test_plain_values_cannot_be_written_past_the_row(natuna: Institution, value: Any) -> None:
    make(natuna, nik=NIK)
    with pytest.raises(FieldError):
        Application.objects.update(nik=value)


def test_plain_values_cannot_be_looked_for(natuna: Institution) -> None:
    with pytest.raises(FieldError):
        Application.objects.filter(nik=NIK).exists()
    with pytest.raises(FieldError):
        Application.objects.update(nik=Value(NIK, output_field=Application._meta.get_field("nik")))


def test_a_query_of_values_gives_nothing_away(natuna: Institution) -> None:
    make(natuna, nik=NIK)
    value = Application.objects.values_list("nik", flat=True)[0]
    assert isinstance(value, Sealed)
    assert NIK.encode() not in cast(bytes, value)


def test_a_deferred_value_is_fetched_when_it_is_asked_for(natuna: Institution) -> None:
    mine = make(natuna, nik=NIK)
    found = Application.objects.defer("nik").get(pk=mine.pk)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert found.nik == NIK
        assert found.nik == NIK
    assert len(asked) == 1


def test_only_the_wanted_column_is_loaded(natuna: Institution) -> None:
    make(natuna, nik=NIK, phone="+62800")
    found = Application.objects.only("phone").get()
    assert found.phone == "+62800"
    assert "nik" in found.get_deferred_fields()


def test_a_row_that_is_passed_on_unread_keeps_its_value(natuna: Institution) -> None:
    mine = make(natuna, nik=NIK, draft={"data-diri": {"name": "Ayu"}})
    found = again(mine)
    found.name = "Ayu"
    found.save()
    assert again(mine).draft == {"data-diri": {"name": "Ayu"}}
    assert again(mine).nik == NIK


def test_many_rows_made_at_once_are_sealed_each_for_itself(natuna: Institution) -> None:
    rows = [PersonnelRecord(institution=natuna, employee_number=str(n), employee_number_index=bytes([n]),
                            mailbox=f"x{n}@natunakab.example", name="X") for n in range(5)]  # fmt: skip
    PersonnelRecord.objects.bulk_create(rows)
    found = PersonnelRecord.objects.filter(name="X").order_by("mailbox")
    assert [each.employee_number for each in found] == ["0", "1", "2", "3", "4"]


def test_what_is_changed_in_place_in_an_object_is_saved(natuna: Institution) -> None:
    mine = make(natuna, draft={"a": {}})
    found = again(mine)
    found.draft["b"] = {"c": "d"}
    found.save(update_fields=["draft"])
    assert again(mine).draft == {"a": {}, "b": {"c": "d"}}


def test_two_new_rows_never_share_their_empty_object(natuna: Institution) -> None:
    first, second = Application(), Application()
    first.draft["a"] = {}
    assert second.draft == {}


def test_a_refreshed_row_shows_what_is_stored(natuna: Institution) -> None:
    mine, other = make(natuna, nik=NIK), Application.objects.get()
    other.nik = "9901015705680101"
    other.save()
    mine.refresh_from_db()
    assert mine.nik == "9901015705680101"


def test_saving_one_number_takes_its_index_along_and_leaves_the_other(natuna: Institution) -> None:
    mine = make(natuna, nik=NIK, employee_number="1")
    stale, before = again(mine), bytes(again(mine).employee_number_index or b"")
    stale.nik, stale.employee_number = "9901015705680101", "2"
    stale.save(update_fields=["nik"])
    found = again(mine)
    assert found.nik_index != mine.nik_index
    assert (found.employee_number, bytes(found.employee_number_index or b"")) == ("1", before)


def test_identity_numbers_phones_drafts_and_reasons_are_all_sealed() -> None:
    assert {f.name for f in sealed_fields(Application)} == {
        "draft",
        "nik",
        "phone",
        "employee_number",
        "rejection_reason",
    }
    assert {f.name for f in sealed_fields(PersonnelRecord)} == {"employee_number"}
    assert {f.name for f in sealed_fields(MailboxRequest)} == {"mailbox"}


def test_a_place_names_table_column_and_row(natuna: Institution) -> None:
    mine = make(natuna)
    assert place_of(mine, Application._meta.get_field("nik")) == f"enrollment_application.nik.{mine.pk}"
