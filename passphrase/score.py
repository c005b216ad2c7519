"""How hard a passphrase would be to guess, 0 to 4 (zxcvbn), with what others know of the person among the guesses."""

from django.views.decorators.debug import sensitive_variables

from enrollment.models import Application
from passphrase.rule import personal_numbers, personal_words

# Guessing is estimated over the beginning alone: of look-alikes (a4@8e3…) 72 characters take it half a second and more.
LOOKED_AT = 40
WORDS = ("sangat lemah", "lemah", "sedang", "kuat", "sangat kuat")


@sensitive_variables()
def score_of(passphrase: str, application: Application) -> int:
    """Its score; nothing of it is kept."""
    # Its lists of words take a while to read and a few megabytes: only where a procedure shows scores.
    from zxcvbn import zxcvbn

    known = [*personal_words(application), *personal_numbers(application)]
    found: int = zxcvbn(passphrase[:LOOKED_AT], user_inputs=known)["score"]
    return found


def told(score: int) -> str:
    return f"{score} dari 4 ({WORDS[score]})"
