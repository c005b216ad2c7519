"""The ground floor's tasks: deliver one message, sweep for late ones, beat, keep house."""

from datetime import timedelta

from celery import shared_task
from django.db.models.functions import Now
from django.utils import timezone

from tte_portal import audit_head, files, jobs, outbox, outbox_delivery, throttles, workers
from tte_portal.models import Heartbeat, Link


@shared_task
def deliver_message(message_id: str) -> None:
    outbox.deliver(message_id)


@shared_task
def sweep_outbox() -> None:
    # Silence first: the mails it writes go out in the same sweep.
    for message_id in outbox_delivery.overdue():
        outbox_delivery.end_silence(message_id)
    outbox.sweep()


@shared_task
def heartbeat() -> None:
    """Sent by the scheduler, run by a worker: a fresh row proves that both are alive."""
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": Now()})


@shared_task
def housekeeping() -> None:
    throttles.forget_old()
    Link.objects.filter(expires_at__lt=Now() - timedelta(days=90)).delete()
    files.erase_orphans(timezone.now().hour)


@shared_task
def send_audit_head() -> None:
    audit_head.send()


@shared_task
def run_job(job_id: str) -> None:
    jobs.run(job_id)


@shared_task
def sweep_jobs() -> None:
    for job_id in jobs.lost():
        workers.tell(jobs.RUN, job_id)
