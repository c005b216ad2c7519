"""P7: the key opens with its passphrase alone, at its place alone, and ten wrong guesses lock it."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import connection, transaction
from django.db.models.functions import Now

from enrollment.models import Application, Institution
from passphrase import custody
from passphrase.models import SigningKey
from tests import cast
from tests.cast import GOOD_PASSPHRASE

WRONG = "Bukan-Yang 27 Benar"


@pytest.fixture
def key(application: Application) -> SigningKey:
    row = custody.make(application.pk, GOOD_PASSPHRASE).row
    row.save(force_insert=True)
    return row


def guess(application: Application, passphrase: str = WRONG) -> str:
    try:
        custody.open_key(application.pk, passphrase)
    except (custody.WrongPassphrase, custody.Locked) as error:
        return type(error).__name__
    return "right"


def test_the_passphrase_opens_the_key_that_was_made(application: Application, key: SigningKey) -> None:
    opened = custody.open_key(application.pk, GOOD_PASSPHRASE)

    assert isinstance(opened, ec.EllipticCurvePrivateKey)
    assert isinstance(opened.curve, ec.SECP256R1)
    public = opened.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert public == bytes(key.public_key)


def test_argon2id_really_runs_at_64_mib_three_passes_and_with_the_pepper(application: Application) -> None:
    with patch("passphrase.custody.Argon2id", wraps=Argon2id) as argon:
        custody.make(application.pk, GOOD_PASSPHRASE)

    asked = argon.call_args.kwargs
    assert (asked["memory_cost"], asked["iterations"], asked["lanes"]) == (64 * 1024, 3, 1)
    assert len(asked["salt"]) == 16
    assert len(asked["secret"]) == 32


def test_wrapping_costs_what_64_mib_cost(application: Application) -> None:
    """A tenth of what it takes on a slow machine is still ten times what a cheaper setting would take."""
    with patch("passphrase.custody.Argon2id", Argon2id):
        start = time.perf_counter()
        custody.make(application.pk, GOOD_PASSPHRASE)
        assert time.perf_counter() - start > 0.02


def test_a_setting_asks_for_rsa_3072(application: Application, settings: Any) -> None:
    settings.SIGNING_KEY_ALGORITHM = "RSA-3072"
    custody.make(application.pk, GOOD_PASSPHRASE).row.save(force_insert=True)

    opened = custody.open_key(application.pk, GOOD_PASSPHRASE)

    assert isinstance(opened, rsa.RSAPrivateKey)
    assert opened.key_size == 3072


def test_the_same_letters_in_another_unicode_form_open_it(application: Application) -> None:
    custody.make(application.pk, "Kafé-Laut 27 Biru").row.save(force_insert=True)

    assert guess(application, "Kafe\u0301-Laut 27 Biru") == "right"


def moved_to(row: SigningKey, **elsewhere: Any) -> SigningKey:
    """The row as an SQL UPDATE would leave it."""
    SigningKey.objects.filter(pk=row.pk).update(**elsewhere)
    return SigningKey.objects.get(pk=elsewhere.get("id", row.pk))


@pytest.mark.parametrize("change", ["id", "application", "public_key", "lanes", "wrapped"])
def test_a_key_moved_or_changed_does_not_open(
    application: Application, natuna: Institution, key: SigningKey, change: str
) -> None:
    other = cast.begin(natuna, 1)
    another = custody.make(other.pk, GOOD_PASSPHRASE).row
    places: dict[str, dict[str, Any]] = {
        "id": {"id": another.pk},
        "application": {"application": other},
        "public_key": {"public_key": another.public_key},
        "lanes": {"lanes": 2},
        "wrapped": {"wrapped": another.wrapped, "salt": another.salt},
    }

    moved = moved_to(key, **places[change])

    with pytest.raises(custody.WrongPassphrase):
        custody.open_key(moved.application_id, GOOD_PASSPHRASE)


def test_another_pepper_does_not_open(application: Application, key: SigningKey, settings: Any) -> None:
    settings.SIGNING_KEY_PEPPER = "b3RoZXItcGVwcGVyLW90aGVyLXBlcHBlci1vdGhlci0="

    assert guess(application, GOOD_PASSPHRASE) == "WrongPassphrase"


def test_ten_wrong_guesses_lock_even_for_the_right_one(application: Application, key: SigningKey) -> None:
    left = []
    for _ in range(10):
        with pytest.raises(custody.WrongPassphrase) as wrong:
            custody.open_key(application.pk, WRONG)
        left.append(wrong.value.tries_left)

    assert left == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]
    assert guess(application, GOOD_PASSPHRASE) == "Locked"


def test_the_lock_ends_by_itself_and_ten_guesses_count_anew(application: Application, key: SigningKey) -> None:
    SigningKey.objects.update(guesses=10, locked_until=Now() - timedelta(seconds=1))

    assert guess(application) == "WrongPassphrase"
    key.refresh_from_db()
    assert (key.guesses, key.locked_until) == (1, None)


def test_a_lock_still_stands_a_second_before_its_end(application: Application, key: SigningKey) -> None:
    SigningKey.objects.update(guesses=10, locked_until=Now() + timedelta(seconds=30))

    assert guess(application, GOOD_PASSPHRASE) == "Locked"


def test_the_right_passphrase_forgives_earlier_guesses(application: Application, key: SigningKey) -> None:
    SigningKey.objects.update(guesses=9)

    assert guess(application, GOOD_PASSPHRASE) == "right"
    key.refresh_from_db()
    assert (key.guesses, key.locked_until) == (0, None)


@pytest.mark.django_db(transaction=True)
def test_guesses_at_once_win_no_more_than_ten(application: Application, key: SigningKey) -> None:
    def one(_: int) -> str:
        try:
            return guess(application)
        finally:
            connection.close()

    with patch("passphrase.custody.Argon2id", _Cheap), ThreadPoolExecutor(8) as pool:
        found = list(pool.map(one, range(24)))

    assert found.count("WrongPassphrase") == 10
    assert found.count("Locked") == 14


class _Cheap:
    """Twenty-four guesses at full cost would only warm the room: what is counted is the database's work."""

    def __init__(self, **asked: Any) -> None:
        self.salt = asked["salt"]

    def derive(self, passphrase: bytes) -> bytes:
        return bytes(self.salt) * 2


def test_keys_are_wrapped_at_once_without_waiting_for_each_other(application: Application) -> None:
    """With several lanes OpenSSL's thread pool ran dry and no derivation ever ended."""
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: custody.make(application.pk, GOOD_PASSPHRASE), range(4)))

    assert len({bytes(each.row.public_key) for each in made}) == 4


@pytest.mark.django_db(transaction=True)
def test_opening_inside_a_transaction_is_a_mistake(application: Application, key: SigningKey) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        custody.open_key(application.pk, WRONG)


def test_a_destroyed_key_is_gone(application: Application, key: SigningKey) -> None:
    custody.destroy(application.pk)

    with pytest.raises(custody.NoKey):
        custody.open_key(application.pk, GOOD_PASSPHRASE)
    key.refresh_from_db()
    assert (bytes(key.wrapped), bytes(key.salt)) == (b"", b"")
    assert key.destroyed_at is not None
