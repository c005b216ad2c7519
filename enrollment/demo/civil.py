"""The demonstration's civil registry: it knows the cast alone, and a photo without findings is the right face."""

from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from enrollment import numbers
from enrollment.comparisons import normal
from enrollment.demo import cast, seed
from enrollment.models import Institution
from enrollment.numbers import Birth
from enrollment.registries import Answer, Answers, Claim


class Cast:
    """Never in production: it agrees to a face that it has not compared with anything."""

    def __init__(self) -> None:
        if settings.MODE == "production":
            raise ImproperlyConfigured("TTE_CIVIL_REGISTRY: the demo's civil registry is not for production.")

    def compare(self, claim: Claim) -> Answers:
        name = names_by_nik().get(claim.nik)
        if name is None:
            return Answers(nik=Answer.DISAGREE)
        one_clear_face = claim.face is not None and not claim.face.findings
        return Answers(
            nik=Answer.AGREE,
            name=_answer(normal(name) == normal(claim.name)),
            birth=_birth(claim),
            face=Answer.AGREE if one_clear_face else Answer.UNKNOWN,
        )


def _answer(agrees: bool) -> Answer:
    return Answer.AGREE if agrees else Answer.DISAGREE


def _birth(claim: Claim) -> Answer:
    if claim.birth is None:
        return Answer.UNKNOWN
    born = Birth(claim.birth.day, claim.birth.month, claim.birth.year, None)
    return _answer(numbers.birth_of_nik(claim.nik).agrees(born))


@cache
def names_by_nik() -> dict[str, str]:
    """The cast of all places, by the NIK that ``var/demo.json`` tells."""
    people = [person for place in cast.PLACES for person in seed.people(Institution(slug=place.slug))]
    return {person["nik"]: person["name"] for person in people}
