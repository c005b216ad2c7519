"""What can be measured: each group takes the running portal and returns its figures."""

from collections.abc import Callable, Sequence

from bench import browser, desk, national, pki, registration, speed
from bench.figures import Figure
from tests.portal import Portal

# The desk comes last of a whole run: its waiting cases would be the first that the journeys' verifier takes.
GROUPS: dict[str, Callable[[Portal], Sequence[Figure]]] = {
    "journeys": speed.journeys,
    "pages": speed.pages,
    "cold-wizard": browser.cold,
    "lighthouse": browser.lighthouse,
    "desk": desk.desk,
    "pki": pki.pki,
    "registration": registration.registration,
    "national": national.national,
}
# Only by its name: it takes many minutes and ten gigabytes while it runs.
LONG = {"national"}
