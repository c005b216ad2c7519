"""Keyset pages: the rows after a place in an order, named by the values of the last row seen."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, Q, QuerySet


def cursor_of(row: Model, order: list[str]) -> str:
    """The place of a row, to be carried in an address."""
    values = [getattr(row, field.lstrip("-")) for field in order]
    return urlsafe_b64encode(json.dumps(values, cls=FullTime).encode()).decode().rstrip("=")


class FullTime(DjangoJSONEncoder):
    """Django cuts times to milliseconds, which would show rows twice."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if hasattr(o, "isoformat") else super().default(o)


def rows_after(rows: QuerySet[Any], order: list[str], cursor: str) -> QuerySet[Any]:
    """The rows that come after the cursor's; all rows for a cursor that says nothing or was tampered with."""
    if not cursor:
        return rows
    try:
        values = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        wanted = Q()
        for depth in range(len(order)):
            same = {order[i].lstrip("-"): values[i] for i in range(depth)}
            way = "lt" if order[depth].startswith("-") else "gt"
            wanted |= Q(**same, **{f"{order[depth].lstrip('-')}__{way}": values[depth]})
        found = rows.filter(wanted)
        str(found.query)
    except (ValueError, TypeError, LookupError, ValidationError):
        return rows
    return found
