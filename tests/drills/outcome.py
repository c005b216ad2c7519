"""What must be true of everybody in the end, whatever was broken on the way."""

from collections.abc import Sequence

from tests.drills.crowd import Person
from tests.drills.postman import Postman
from tests.portal import Portal, wait_for

WAY = ["register", "submit", "approve", "set_passphrase", "issue", "activate"]
STATES = ["NEW", "NEW", "ON_SET_PASSPHRASE", "ENROLL", "ISSUE", "ACTIVE"]
MAILS = ["activation", "active", "issued", "set_passphrase", "submitted"]


def nothing_is_lost_or_doubled(portal: Portal, postman: Postman, people: Sequence[Person]) -> None:
    assert people
    for person in people:
        _each_change_once(portal, person)
        _one_certificate(portal, person)
        _every_mail_under_one_name(portal, postman, person)
    assert "whole" in portal.manage("audit", "verify")


def _each_change_once(portal: Portal, person: Person) -> None:
    """Exactly one audit row and one period for each change, and the messages that belong to it."""
    changes = "SELECT event FROM tte_portal_auditrow WHERE subject = %s AND event <> 'view_photo' ORDER BY id"
    assert [row[0] for row in portal.query(changes, person.application)] == WAY, person.mailbox
    periods = "SELECT status FROM enrollment_statusperiod WHERE application_id = %s ORDER BY id"
    assert [row[0] for row in portal.query(periods, person.application)] == STATES, person.mailbox
    sql = "SELECT template FROM tte_portal_outboxmessage WHERE subject = %s ORDER BY template"
    assert [row[0] for row in portal.query(sql, person.application)] == MAILS, person.mailbox


def _one_certificate(portal: Portal, person: Person) -> None:
    serials = portal.query(
        "SELECT c.serial, i.serial FROM passphrase_certificaterequest r"
        " LEFT JOIN passphrase_certificate c ON c.request_id = r.id"
        " LEFT JOIN passphrase_issuance i ON i.idempotency_key = r.idempotency_key WHERE r.application_id = %s",
        person.application,
    )
    assert len(serials) == 1, (person.mailbox, serials)
    assert serials[0][0] == serials[0][1] is not None, (person.mailbox, serials)


def _every_mail_under_one_name(portal: Portal, postman: Postman, person: Person) -> None:
    """Each row of the outbox arrived at least once, and always under the row's own Message-ID.

    A row is dropped when its link was used up: after a kill, the mail may have arrived and not have been noted.
    """
    sql = "SELECT id::text FROM tte_portal_outboxmessage WHERE subject = %s AND state IN ('sent', 'dropped')"
    wait_for(lambda: len(portal.query(sql, person.application)) == len(MAILS), "the outbox to be empty", 120)
    arrived = {each.message_id.strip("<>").partition("@")[0] for each in postman.to(person.mailbox)}
    assert arrived == {row[0] for row in portal.query(sql, person.application)}, person.mailbox
