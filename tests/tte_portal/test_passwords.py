"""An account's password: what is long and yet quickly guessed is refused."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from tte_portal.models import Account


@pytest.mark.parametrize("password", [
    "passwordpassword", "aaaaaaaaaaaaaaaa", "qwertyuiopasdf", "123456789012345", "verifikator.natuna1",
    "abcabcabcabcabc",
])  # fmt: skip
def test_what_is_guessed_quickly_is_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, Account(login="verifikator.natuna", name="Vera Contoh"))


@pytest.mark.parametrize("password", ["empat kata yang panjang", "laut-biru-27-kapal-kertas", "k7#Qm!x2Lp9w"])
def test_unrelated_words_are_welcome(password: str) -> None:
    validate_password(password, Account(login="verifikator.natuna", name="Vera Contoh"))
