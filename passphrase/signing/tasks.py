"""The room's sweep: time stamp keys before they are needed, trial documents that have lain long enough."""

import logging

from celery import shared_task

from passphrase.authority import Unavailable
from passphrase.signing import samples, timestamp_keys

logger = logging.getLogger(__name__)


@shared_task
def sweep() -> None:
    samples.sweep()
    for authority_id in timestamp_keys.due():
        try:
            timestamp_keys.renew(authority_id)
        except (Unavailable, timestamp_keys.Unfit) as error:
            logger.error("No time stamp key made: %s", error)
