"""The pages on the way to the passphrase as a table: which the procedure asks for, and whether each is done.

What is done stands in the database, so the way goes on where it stopped, on this device or another.
"""

from collections.abc import Callable
from dataclasses import dataclass

from enrollment import consents, readings, terms
from enrollment.models import Application
from enrollment.procedure import PassphraseRule

PROFILE, PHOTO, AGREEMENT, PASSPHRASE = (
    "passphrase-profile", "passphrase-photo", "passphrase-agreement", "passphrase",
)  # fmt: skip
# Among the readings: that the person has looked through their own data.
PROFILE_SEEN = "profil-data-diri"


@dataclass(frozen=True)
class Page:
    """One page. ``slug`` is its address's name."""

    slug: str
    title: str
    applies: Callable[[PassphraseRule], bool]
    is_done: Callable[[Application], bool]


def _has_agreed(application: Application) -> bool:
    return consents.given(application, terms.of(application).passphrase.agreement)


PAGES = (
    Page(PROFILE, "Data Diri", lambda rule: rule.shows_profile, lambda each: readings.is_open(each, PROFILE_SEEN)),
    Page(PHOTO, "Foto Diri", lambda rule: rule.second_selfie, lambda each: each.second_photo_id is not None),
    Page(AGREEMENT, "Perjanjian", lambda rule: rule.agreement_by == "page", _has_agreed),
    Page(PASSPHRASE, "Passphrase", lambda rule: True, lambda each: False),
)


def of(application: Application) -> list[Page]:
    """The pages of this application's procedure, in their order."""
    rule = terms.of(application).passphrase
    return [page for page in PAGES if page.applies(rule)]


def stands_at(application: Application, wanted: str) -> str:
    """``wanted`` when the pages before it are done, else the first that is not; of a page that this procedure does
    not have, the first that is not done."""
    for page in of(application):
        if page.slug == wanted or not page.is_done(application):
            return page.slug
    return PASSPHRASE


def neighbour(application: Application, slug: str, step: int) -> str | None:
    """The page before (-1) or after (1) that one; ``None`` at either end."""
    row = [page.slug for page in of(application)]
    place = row.index(slug) + step
    return row[place] if 0 <= place < len(row) else None
