"""The demonstration has a list to put right."""

import pytest

from enrollment.models import Institution, Role
from tests import cast
from verification.people import demo
from verification.people.models import PersonnelList

pytestmark = pytest.mark.django_db


def test_each_institution_has_one_list_with_people_and_faults(institutions: dict[str, Institution]) -> None:
    for slug, institution in institutions.items():
        cast.make_officer(f"admin.{slug}", (institution, Role.Kind.ADMINISTRATOR))
    demo.fill(institutions.values())
    demo.fill(institutions.values())
    found = {made.institution.slug: (made.new, made.faulty.count()) for made in PersonnelList.objects.all()}
    assert found == dict.fromkeys(institutions, (3, 2))
