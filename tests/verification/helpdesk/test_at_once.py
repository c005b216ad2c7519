"""Two officers who confirm the same request at the same moment: one of them does."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from enrollment.demo import seed
from enrollment.models import Application, PersonnelRecord, Role
from tests import cast
from tests.verification.helpdesk.conftest import REASON
from tte_portal.models import Account, AuditRow
from verification.helpdesk import changes, people

NEW = "ayu.baru@natunakab.example"
OFFICERS = 8


@pytest.mark.django_db(transaction=True)
def test_one_of_many_confirms() -> None:
    natuna = next(each for each in seed.institutions() if each.slug == "natuna")
    asker = cast.make_officer("bantu", (natuna, Role.Kind.HELP_DESK))
    others = [cast.make_officer(f"lain{number}", (natuna, Role.Kind.HELP_DESK)) for number in range(OFFICERS)]
    person = people.of_application(cast.begin(natuna))
    request = changes.ask(person, "mailbox", new=NEW, by=asker, **REASON)
    barrier = Barrier(OFFICERS)

    def confirm(officer: Account) -> str:
        try:
            barrier.wait(30)
            changes.confirm(request.pk, by=officer)
        except changes.AlreadyDecided:
            return "too late"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(OFFICERS) as pool:
        ends = sorted(pool.map(confirm, others))

    assert ends == ["done"] + ["too late"] * (OFFICERS - 1)
    assert AuditRow.objects.filter(event="confirmed_change").count() == 1
    assert Application.objects.get().mailbox == PersonnelRecord.objects.get(pk=person.id).mailbox == NEW
