"""The demonstration's past: every report has rows, a second start adds none, nobody new waits for anybody."""

from enrollment.models import Application, Institution, Role
from tests import cast
from tests.verification.reports.conftest import scope_of
from verification.reports import demo, figures, tally
from verification.reports.measures import MEASURES
from verification.reports.tables import REPORTS


def test_the_past_is_told_by_every_report(institutions: dict[str, Institution]) -> None:
    places = list(institutions.values())
    officer = cast.make_officer("kepala", *((each, Role.Kind.ADMINISTRATOR) for each in places))
    for each in places:
        Role.objects.create(account=officer, institution=each, kind=Role.Kind.VERIFIER)

    assert demo.fill(places) > 150
    assert demo.fill(places) == 0

    # Nothing is waited for: the cases of a demonstration are those one can work with.
    assert not Application.objects.exclude(waiting_for="nobody").exists()
    assert {each.name: tally.differences(each) for each in MEASURES if tally.differences(each)} == {}
    scope = scope_of(officer, dari="2020-01-01")
    # Mails are written by what really happens, and no certificate is made up.
    assert [slug for slug in figures.TITLES if not REPORTS[slug](scope).rows] == ["saluran"]
    assert REPORTS["pertumbuhan"](scope).rows[-1][-1] is not None
    assert all(row[2] is None or row[2] > 0 for row in REPORTS["waktu"](scope).rows if row[1])
