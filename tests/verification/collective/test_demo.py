"""The demo's requests: one of each state where the procedure has them, none elsewhere, none twice."""

import pytest

from enrollment.collective import sending
from enrollment.collective.models import CollectiveRequest
from enrollment.demo import seed
from enrollment.models import Institution, Role
from verification.collective import demo

pytestmark = pytest.mark.django_db


def test_a_draft_a_request_that_waits_and_one_that_is_decided(natuna: Institution, sulteng: Institution) -> None:
    for institution in (natuna, sulteng):
        for kind in (Role.Kind.OPD_OPERATOR, Role.Kind.ADMINISTRATOR):
            seed.officer(institution, kind, "sandi-untuk-uji")
    assert demo.fill(natuna) == 0
    assert demo.fill(sulteng) == 3
    assert demo.fill(sulteng) == 0
    requests = {each.state: each for each in CollectiveRequest.objects.filter(institution=sulteng)}
    assert set(requests) == {"draft", "submitted", "decided"}
    assert [each.page for each in sending.missing(requests["draft"])] == ["person"]
