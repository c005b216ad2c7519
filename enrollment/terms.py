"""Which procedure holds: for an institution now, and for an application since it began."""

import hashlib
import json
import logging
from functools import lru_cache
from typing import Any

from enrollment import procedure
from enrollment.coherence import Wrong
from enrollment.models import Application, Institution, ProcedureVersion
from enrollment.procedure import Procedure

logger = logging.getLogger(__name__)


def in_force(institution: Institution) -> Procedure:
    """What the institution's procedure asks today: its file, and the single values it has changed.

    A change that a revised file does not bear any more counts no longer (an administrator is shown it and mends it):
    an institution's people must not find its doors shut over it.
    """
    found, changes = procedure.find(institution.procedure_slug), dict(institution.procedure_changes)
    while changes:
        try:
            return procedure.changed(found, changes)
        except Wrong as wrong:
            logger.error("%s: the kept %s does not fit its procedure's file any more.", institution.slug, wrong.key)
            if changes.pop(wrong.key, None) is None:
                break
    return found


def of(application: Application) -> Procedure:
    """What was asked when the application began."""
    return of_version(application.procedure_id)


# Rows are never changed, so a process reads each once.
@lru_cache(maxsize=1024)
def of_version(version_id: int) -> Procedure:
    """The procedure that a :class:`ProcedureVersion` keeps."""
    kept = ProcedureVersion.objects.get(pk=version_id)
    return procedure.from_values(_completed(kept.values, kept.slug))


def _completed(kept: dict[str, Any], slug: str) -> dict[str, Any]:
    """Kept values in today's shape: what the portal has learned to ask since then is as the file has it."""
    if slug not in procedure.names():
        return kept
    found = procedure.find(slug).values()
    return {
        key: {name: kept.get(key, {}).get(name, now) for name, now in value.items()}
        if isinstance(value, dict)
        else kept.get(key, value)
        for key, value in found.items()
    }


def keep(found: Procedure) -> ProcedureVersion:
    """The row that keeps these values, made when there is none yet."""
    values = found.values()
    digest = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
    kept, _ = ProcedureVersion.objects.get_or_create(digest=digest, defaults={"slug": found.slug, "values": values})
    return kept
