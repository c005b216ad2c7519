"""What an account's password must withstand, beside its length: the guesses of somebody who knows how people choose."""

from typing import Any

from django.core.exceptions import ValidationError

# zxcvbn's scale: 3 withstands 10^8 guesses, 4 withstands 10^10.
LEAST_SCORE = 3
# zxcvbn takes time with the square of the length, and what is longer is not weaker.
LOOKED_AT = 72


class GuessableValidator:
    """Refuses what is quickly guessed though it is long: repetitions, rows of keys, names, dates, common words."""

    def validate(self, password: str, user: Any = None) -> None:
        # Its lists of words take a tenth of a second to read: only where a password is chosen.
        from zxcvbn import zxcvbn

        known = [str(part) for part in (getattr(user, "login", ""), getattr(user, "name", "")) if part]
        if zxcvbn(password[:LOOKED_AT], user_inputs=known)["score"] < LEAST_SCORE:
            raise ValidationError(
                "Kata sandi ini mudah ditebak. Gunakan beberapa kata yang tidak berhubungan.", code="guessable"
            )

    def get_help_text(self) -> str:
        return "Beberapa kata yang tidak berhubungan mudah diingat dan sulit ditebak."
