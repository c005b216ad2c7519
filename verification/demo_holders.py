"""The demonstration's holders: where people sign in, everybody on the way has an account, and two more stand ready."""

from io import BytesIO

from PIL import Image, ImageDraw

from enrollment import letters, numbers, terms
from enrollment.demo import seed
from enrollment.holders import accounts, changes, papers
from enrollment.models import Holder, Institution, Paper, PersonnelRecord, ProfileChange
from tte_portal.models import Account
from verification import demo_stages

# By their place in the cast: somebody with an empty profile, somebody who can register at once, and somebody whose
# new scan waits for the HR officer.
EMPTY, READY, CHANGING = 0, 1, 8


def fill(institution: Institution, hr: Account) -> list[Holder]:
    """The accounts of an institution whose people sign in, made once; nobody elsewhere."""
    asked = terms.in_force(institution)
    if asked.way_in.kind != "profile":
        return []
    people = seed.people(institution)
    on_the_way = set(institution.applications.values_list("mailbox", flat=True))
    chosen = [people[EMPTY], people[READY], people[CHANGING]]
    chosen += [each for each in people if each["mailbox"] in on_the_way and each not in chosen]
    found = []
    for person in chosen:
        record = PersonnelRecord.objects.select_related("institution").get(
            institution=institution, mailbox=person["mailbox"]
        )
        holder = accounts.open_for(record)
        # An account alone says nothing: the officers' decisions open some on the way.
        fresh = not holder.nik
        if fresh and person is not people[EMPTY]:
            _complete(holder, person, hr)
        if fresh and person is people[CHANGING] and asked.way_in.hr_approval:
            ask(holder, Paper.Kind.KTP)
        found.append(holder)
    return found


def _complete(holder: Holder, person: dict[str, str], hr: Account) -> None:
    """A profile in which everything counts."""
    asked = terms.in_force(holder.institution)
    phone = numbers.phone(person["phone"])
    holder.mailbox, holder.phone, holder.whatsapp = person["mailbox"], phone, phone
    holder.mailbox_proven_at = holder.created_at
    if not asked.way_in.papers:
        holder.nik = person["nik"]
    holder.save()
    if asked.way_in.papers:
        changes.ask(holder, asked, "nik", person["nik"])
    for kind in asked.way_in.papers:
        ask(holder, Paper.Kind(kind))
    for change in ProfileChange.objects.filter(holder=holder, state=ProfileChange.State.WAITING):
        changes.approve(change.pk, by=hr)


def ask(holder: Holder, kind: Paper.Kind) -> None:
    """Hand in a paper of that kind."""
    paper = papers.keep(holder, kind.value, content_of(kind, holder))
    changes.ask(holder, terms.in_force(holder.institution), kind.value, str(paper.pk), evidence=paper)


def content_of(kind: Paper.Kind, holder: Holder) -> bytes:
    record = holder.record
    if kind == Paper.Kind.KTP:
        return demo_stages.card()
    if kind == Paper.Kind.SPECIMEN:
        return specimen()
    if record is None:
        raise ValueError("Demo holders are in the registry.")
    person = letters.Person(
        record.name, record.employee_number, record.position, record.unit, holder.institution.name, record.mailbox
    )
    wanted = letters.recommendation_letter if kind == Paper.Kind.RECOMMENDATION else letters.statement_letter
    return wanted(person)


def specimen() -> bytes:
    """A drawn line that looks like a signature and is nobody's."""
    picture = Image.new("RGB", (800, 400), "white")
    points = [(120 + step * 9, 220 + (70 if step % 4 < 2 else -60) * (step % 5) // 4) for step in range(60)]
    ImageDraw.Draw(picture).line(points, fill="#1b2a6b", width=7, joint="curve")
    buffer = BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()
