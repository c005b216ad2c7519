"""The officers' menu: without places where an institution has no work, unless something waits there all the same."""

import pytest

from enrollment.collective import rules
from enrollment.models import Application, Institution, Role, Status, WaitingFor
from tests import cast
from tte_portal.models import Account
from verification import menu


def names(account: Account) -> set[str]:
    return {entry.name for entry in menu.of_officer(Account.objects.get(pk=account.pk))}


def test_a_desk_that_no_procedure_uses_is_left_out_until_somebody_waits_there(
    natuna: Institution, case: Application, verifier: Account
) -> None:
    assert "Antrean" in names(verifier)
    assert "Pendaftaran" not in names(verifier)

    Application.objects.filter(pk=case.pk).update(status=Status.NEW, waiting_for=WaitingFor.PRE_CHECK)

    assert "Pendaftaran" in names(verifier)


def test_a_desk_that_a_procedure_uses_is_there_with_nobody_waiting(institutions: dict[str, Institution]) -> None:
    assert "Pendaftaran" in names(cast.make_officer("tina", (institutions["tangsel"], Role.Kind.VERIFIER)))


@pytest.mark.parametrize("kind", [Role.Kind.HR, Role.Kind.ADMINISTRATOR])
def test_profiles_and_requests_of_others_are_left_out(natuna: Institution, kind: Role.Kind) -> None:
    found = names(cast.make_officer("petugas", (natuna, kind)))
    assert "Perubahan profil" not in found
    assert ("Permohonan OPD" in found) == (kind == Role.Kind.ADMINISTRATOR and rules.is_offered(natuna))
