"""A few people typed on a page: read, checked and registered by the very rules of a long list."""

from collections.abc import Sequence

from django.db import transaction

from enrollment.models import Institution
from enrollment.roster.cells import Reader
from enrollment.roster.comparing import Person
from enrollment.roster.faults import Fault
from enrollment.roster.reading import Roster
from tte_portal.models import Account
from verification.people import lists, registering
from verification.people.models import ListPart, PersonnelList


def one(
    institution: Institution, cells: Sequence[str], choice: str, *, moved: bool = False, by: Account
) -> tuple[PersonnelList | None, list[Fault]]:
    """Register one person at once; with faults nothing is written, and they are returned."""
    fields, faults = Reader(institution).read(cells)
    if faults:
        return None, faults
    with transaction.atomic():
        made = PersonnelList.objects.create(
            institution=institution, made_by=by, source=PersonnelList.Source.FORM, choice=choice,
            stage=PersonnelList.Stage.READY, given=list(lists.FIELDS), total=1, last_row=1,
        )  # fmt: skip
        against: dict[int, list[Fault]] = {}
        people = lists.settle(made, [Person(1, fields, moved)], against)
        if not people:
            transaction.set_rollback(True)
            return None, against[1]
        ListPart.objects.create(
            personnel_list=made, number=1, stage=ListPart.Stage.CHECKED, count=1,
            content=lists.passed(people),
        )  # fmt: skip
        registering.register_part(made, by)
    return made, []


def several(institution: Institution, roster: Roster, choice: str, *, by: Account) -> PersonnelList:
    """Make a list of people typed or pasted, checked at once; its page shows the preview."""
    with transaction.atomic():
        made = PersonnelList.objects.create(
            institution=institution, made_by=by, source=PersonnelList.Source.TABLE, choice=choice
        )
        lists.take_lines(made, roster)
        while lists.check_part(made):
            pass
    return made
