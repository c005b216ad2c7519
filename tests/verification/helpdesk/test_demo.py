"""The demonstration's help desk: something waits, something failed, and a second run adds nothing."""

import pytest

from enrollment.models import Institution
from tests import cast
from tte_portal.models import OutboxMessage
from verification.helpdesk import changes, demo
from verification.helpdesk.models import ChangeRequest, Note

pytestmark = pytest.mark.django_db


def test_one_change_waits_and_one_mail_failed(natuna: Institution) -> None:
    helper = cast.make_officer("bantu", (natuna, "help-desk"))  # type: ignore[arg-type]
    second = cast.make_officer("kedua", (natuna, "help-desk"))  # type: ignore[arg-type]
    cast.begin(natuna), cast.begin(natuna, 1)

    for _ in range(2):
        demo.fill([natuna])

    assert [each.asked_by for each in changes.waiting(second)] == [helper]
    assert changes.told_waiting(second) == "1 menunggu"
    assert changes.told_waiting(helper) == ""
    assert ChangeRequest.objects.count() == Note.objects.count() == 1
    assert OutboxMessage.objects.filter(state=OutboxMessage.State.FAILED).count() == 1
