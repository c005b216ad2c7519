"""`python -m bench.national_probe [--people | --stock]`: measures in one filled database what is asked.

Each line of its input names a measure; the answer is a line of JSON with the milliseconds it took and the part of them
spent waiting for PostgreSQL. Requests go through Django's test client: the whole stack of the portal's own settings,
middleware, session, template, but for the web server and the wire, which would only add the same to both.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tte_portal.settings")


def main() -> int:
    from django.conf import settings

    if "--stock" in sys.argv:
        # Django's admin in Django's own templates: the portal's would only make it slower.
        settings.TEMPLATES[0]["DIRS"] = []
    django.setup()
    settings.ROOT_URLCONF = "bench.national_stock"
    if "--people" in sys.argv:
        from bench import national_people

        national_people.make()
        return 0
    from bench.national_measures import measures, of_stock

    known = of_stock() if "--stock" in sys.argv else measures()
    print(json.dumps(sorted(known)), flush=True)
    for line in sys.stdin:
        print(json.dumps(_timed(known[line.strip()])), flush=True)
    return 0


def _timed(measure: Callable[[], Any]) -> dict[str, float]:
    from django.db import connection

    waited = 0.0

    def watch(execute: Any, *arguments: Any) -> Any:
        nonlocal waited
        begun = time.perf_counter()
        try:
            return execute(*arguments)
        finally:
            waited += time.perf_counter() - begun

    with connection.execute_wrapper(watch):
        begun = time.perf_counter()
        after = measure()
        took = time.perf_counter() - begun
    # What a measure changed is put back outside its time, so that every round finds the same.
    if callable(after):
        after()
    return {"ms": took * 1000, "database_ms": waited * 1000}


if __name__ == "__main__":
    sys.exit(main())
