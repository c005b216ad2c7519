"""The reports' tasks: add up counts, sort reasons, and once a night count again what stands in the tables."""

import logging

from celery import current_app, shared_task

from verification.reports import reasons, tally
from verification.reports.measures import MEASURES

logger = logging.getLogger(__name__)

# Five million applications take minutes, at night, where other tasks may take two.
RECOUNT_SECONDS = 3600


@shared_task
def sweep() -> None:
    while reasons.sort_reasons():
        pass
    tally.fold_all()


@shared_task
def recount() -> None:
    for measure in MEASURES:
        # Each a task of its own, so that one that fails keeps no other from being counted.
        current_app.send_task("verification.reports.tasks.recount_one", [measure.name])


# Taken off the list at its start: it lasts longer than the broker waits before it hands a task to another worker, and
# what dies half-way comes again the next night.
@shared_task(acks_late=False, soft_time_limit=RECOUNT_SECONDS, time_limit=RECOUNT_SECONDS + 60)
def recount_one(name: str) -> None:
    measure = next(each for each in MEASURES if each.name == name)
    if wrong := tally.recount(measure):
        logger.error("Counts of reports: %s lines of %s were wrong and are mended.", wrong, name)
