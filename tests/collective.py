"""A collective request of the cast: the operator of a health office asks, the administrator decides."""

from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from enrollment.collective import deciding, drafts, exports, papers, sending
from enrollment.collective.models import CollectiveRequest, RequestedPerson, RequestPaper
from enrollment.models import Institution, Opd, Role
from tests import cast
from tte_portal.models import Account

Kind = RequestPaper.Kind
PEOPLE = [
    {
        "name": "Dr. Kartini Rekaan, S.Kep.",
        "nip": "198504212010032001",
        "position": "Perawat",
        "phone": "0800 1000 7001",
    },
    {"name": "Lukman Peragaan", "nip": "199102032024211002", "position": "Apoteker", "phone": "0800 1000 7002"},
    {"name": "Mira Uji", "nip": "199307072026032003", "position": "Bidan", "phone": "0800 1000 7003"},
]


def picture() -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (1240, 1754), "white").save(buffer, "JPEG")
    return buffer.getvalue()


@dataclass
class Office:
    """An OPD with its operator, and an administrator of its institution."""

    opd: Opd
    operator: Account
    administrator: Account

    def draft(self, *people: dict[str, str]) -> CollectiveRequest:
        request = drafts.begin(self.opd, by=self.operator)
        for person in people or PEOPLE:
            drafts.save_person(request.pk, person, by=self.operator)
        return request

    def complete(self, *people: dict[str, str]) -> CollectiveRequest:
        request = self.draft(*people)
        drafts.choose_decree(request.pk, "one", by=self.operator)
        for kind in Kind:
            papers.keep(request.pk, kind, picture(), by=self.operator)
        request.refresh_from_db()
        return request

    def submitted(self, *people: dict[str, str]) -> CollectiveRequest:
        return sending.submit(self.complete(*people).pk, by=self.operator)

    def decided(self, *people: dict[str, str]) -> CollectiveRequest:
        """Everybody accepted with the proposed address."""
        request = self.submitted(*people)
        deciding.accept_rest(request.pk, by=self.administrator)
        deciding.finish(request.pk, by=self.administrator)
        request.refresh_from_db()
        return request

    def made(self, *people: dict[str, str]) -> CollectiveRequest:
        """Every mailbox made by hand, nobody has a password yet."""
        request = self.decided(*people)
        fresh = exports.prepare(request.pk, by=self.administrator)
        exports.fetch(request.pk, fresh.pk, by=self.administrator)
        exports.confirm(request.pk, list(request.people.values_list("pk", flat=True)), by=self.administrator)
        return request


def office(institution: Institution, code: str = "02", name: str = "sari") -> Office:
    opd = Opd.objects.select_related("institution").get(institution=institution, code=code)
    operator = cast.make_officer(f"operator-{name}", mailbox=f"operator-{name}@dinas.example")
    Role.objects.create(account=operator, institution=institution, kind=Role.Kind.OPD_OPERATOR, opd=opd)
    administrator = cast.make_officer(f"admin-{name}", (institution, Role.Kind.ADMINISTRATOR))
    return Office(opd, operator, administrator)


def one(request: CollectiveRequest, name: str) -> RequestedPerson:
    return RequestedPerson.objects.select_related("request__institution", "request__opd").get(
        request=request, name__contains=name
    )
