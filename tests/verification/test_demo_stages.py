"""The people of a demonstration: each officer who opens one finds the evidence ready."""

from enrollment import lifecycle, numbers
from enrollment.models import Application, Institution, Role
from passphrase.authority import ceremony
from tests import cast
from verification import checks, demo_stages


def test_whoever_opens_a_staged_case_finds_its_checks(institutions: dict[str, Institution]) -> None:
    place = institutions["tangsel"]
    kinds = (Role.Kind.VERIFIER, Role.Kind.ISSUER, Role.Kind.HR)
    officers = {kind.value: cast.make_officer(kind.value, (place, kind)) for kind in kinds}
    ceremony.in_office()

    demo_stages.fill(place, officers)

    waiting = {lifecycle.state_of(each): each for each in Application.objects.filter(institution=place)}
    assert checks.kept(waiting[lifecycle.APPROVAL])
    indexes = [bytes(each.photo_index or b"") for each in waiting.values() if each.photo_id]
    assert len(set(indexes)) == len(indexes) > 1
    found = {each.name: each.outcome for each in checks.of(waiting[lifecycle.REVIEW])}
    assert found["photo-elsewhere"] == "ok"
    # As the wizard keeps them: another spelling would be another blind index, and the help desk find nobody.
    assert {each.phone for each in waiting.values()} == {numbers.phone(each.phone) for each in waiting.values()}
