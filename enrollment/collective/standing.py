"""Where each person of a request stands, in words for the OPD: from the list to an active certificate."""

from collections.abc import Iterable
from dataclasses import dataclass

from enrollment import lifecycle, mailboxes, status
from enrollment.collective.models import CollectiveRequest, RequestedPerson
from enrollment.models import Application

State = RequestedPerson.State


@dataclass(frozen=True)
class Standing:
    """``mark``: "ok", "warning" or "" (on its way)."""

    text: str
    mark: str = ""


OF_REQUEST = {
    CollectiveRequest.State.DRAFT: Standing("Draf, belum dikirim"),
    CollectiveRequest.State.SUBMITTED: Standing("Menunggu keputusan"),
    CollectiveRequest.State.WITHDRAWN: Standing("Ditarik", "warning"),
}


def of_people(request: CollectiveRequest, people: Iterable[RequestedPerson]) -> list[tuple[RequestedPerson, Standing]]:
    """Each person with their words, in one query for the whole list."""
    listed = list(people)
    mailboxes = {each.mailbox for each in listed if each.mailbox}
    rows = Application.objects.filter(institution=request.institution, mailbox__in=mailboxes).order_by("created_at")
    applications = {each.mailbox: each for each in rows}
    return [(each, _of(request, each, applications.get(each.mailbox))) for each in listed]


def _of(request: CollectiveRequest, person: RequestedPerson, application: Application | None) -> Standing:
    if person.state == State.LISTED:
        return OF_REQUEST.get(CollectiveRequest.State(request.state), Standing("Menunggu keputusan"))
    if person.state == State.REFUSED:
        return Standing("Ditolak", "warning")
    if person.task == RequestedPerson.Task.MAKE:
        by_hand = mailboxes.provisioner().by_hand
        return Standing("Menunggu dibuat administrator surel" if by_hand else "Surel dinas sedang dibuat")
    if person.task == RequestedPerson.Task.PASSWORD:
        return Standing("Kata sandi baru sedang dipasang")
    if person.state == State.MADE and person.handed_at is None:
        return Standing("Surel sudah dibuat, kata sandi belum diserahkan")
    if application is not None:
        return _of_application(application)
    if person.state == State.KNOWN:
        return Standing("Sudah punya surel dinas; diundang mengajukan TTE")
    # A printed strip still has to reach its owner, of which the portal hears nothing.
    sheet = person.handed_how == RequestedPerson.Handed.SHEET
    how = "Lembar kata sandi sudah dicetak" if sheet else "Kata sandi sudah dibuka orangnya"
    return Standing(f"{how}; undangan TTE ada di surel barunya")


def _of_application(application: Application) -> Standing:
    state = lifecycle.state_of(application)
    mark = "ok" if state == lifecycle.ACTIVE else "warning" if state == lifecycle.REJECTED else ""
    return Standing(f"TTE: {status.told_of(state).title.lower()}", mark)
