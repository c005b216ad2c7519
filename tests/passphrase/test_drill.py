"""P10: a worker killed with SIGKILL at any step of the issuing; the sweep ends it with exactly one certificate."""

import os
import subprocess
import sys
from urllib.parse import quote, urlencode

import pytest
from django.db import connection
from django.db.models.functions import Now

from enrollment.models import Application, Status
from passphrase import tasks
from passphrase.models import Certificate, CertificateAuthority, CertificateRequest, Issuance
from tests.passphrase.victim import STEPS
from tte_portal.environment import ROOT
from tte_portal.models import AuditRow, OutboxMessage


@pytest.fixture
def cheap_derivations() -> None:
    """None: the worker that is killed opens the same keys."""


def address_of_this_database() -> str:
    """The address of the database this test runs on, for another process."""
    found = connection.settings_dict
    where = urlencode({"host": found["HOST"]})
    password = quote(str(found["PASSWORD"]), safe="")
    port = f":{found['PORT']}" if found["PORT"] else ""
    host = "" if str(found["HOST"]).startswith("/") else f"{found['HOST']}{port}"
    query = f"?{where}" if not host else ""
    return f"postgresql://{quote(str(found['USER']), safe='')}:{password}@{host}/{found['NAME']}{query}"


@pytest.mark.drill
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", STEPS)
def test_a_killed_worker_leaves_one_certificate(
    enrolled: Application, certificate_authority: CertificateAuthority, step: str
) -> None:
    died = subprocess.run(
        [sys.executable, "-m", "tests.passphrase.victim", step, str(enrolled.pk)],
        cwd=ROOT, env={**os.environ, "DATABASE_URL": address_of_this_database()},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert died.returncode == -9, died.stderr
    assert Application.objects.get(pk=enrolled.pk).status == Status.ENROLL

    CertificateRequest.objects.update(due_at=Now())
    tasks.sweep()

    assert Application.objects.get(pk=enrolled.pk).status == Status.ISSUE
    assert Certificate.objects.count() == Issuance.objects.count() == 1
    assert Certificate.objects.get().serial == Issuance.objects.get().serial
    assert AuditRow.objects.filter(subject=enrolled.pk, event="issue").count() == 1
    assert OutboxMessage.objects.filter(subject=enrolled.pk, template="issued").count() == 1
