"""The reports' tasks: add up counts, sort reasons, and once a night count again what stands in the tables."""

import logging

from celery import current_app, shared_task

from verification.reports import reasons, tally
from verification.reports.measures import MEASURES

logger = logging.getLogger(__name__)


@shared_task
def sweep() -> None:
    while reasons.sort_reasons():
        pass
    tally.fold_all()


@shared_task
def recount() -> None:
    for measure in MEASURES:
        # Each a task of its own: all of a nation's rows take longer together than one task may.
        current_app.send_task("verification.reports.tasks.recount_one", [measure.name])


@shared_task
def recount_one(name: str) -> None:
    measure = next(each for each in MEASURES if each.name == name)
    if wrong := tally.recount(measure):
        logger.error("Counts of reports: %s lines of %s were wrong and are mended.", wrong, name)
