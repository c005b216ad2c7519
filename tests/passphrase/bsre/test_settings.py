"""A wrong or missing setting stops every program with one sentence: the variable and the remedy, never a secret."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from enrollment.registries.http import Limits
from passphrase.bsre import access, checks
from tests.enrollment.test_wrong_file_stops import PROGRAMS
from tte_portal.environment import ROOT

URL, USER, SECRET = "https://esign.example.go.id", "portal", "kata-sandi-yang-rahasia"
RIGHT = {
    "TTE_BSRE_URL": URL, "TTE_BSRE_USER": USER, "TTE_BSRE_PASSWORD": SECRET,
    "TTE_BSRE_INSTITUTIONS": "", "TTE_BSRE_API": "v2",
}  # fmt: skip
OWN = {"natuna": {"url": URL, "user": USER, "password": SECRET}}

WRONG: list[tuple[dict[str, str], str]] = [
    (dict.fromkeys(("TTE_BSRE_URL", "TTE_BSRE_USER", "TTE_BSRE_PASSWORD"), ""), "set TTE_BSRE_URL, TTE_BSRE_USER and"),
    ({"TTE_BSRE_PASSWORD": ""}, "set TTE_BSRE_PASSWORD too"),
    ({"TTE_BSRE_URL": "http://esign.example.go.id"}, "TTE_BSRE_URL must be an address that begins with https://"),
    ({"TTE_BSRE_API": "v3"}, "TTE_BSRE_API must be v1 or v2, not 'v3'"),
    ({"TTE_BSRE_USER": "a:b"}, "TTE_BSRE_USER must not hold a colon"),
    ({"TTE_BSRE_INSTITUTIONS": f"natuna={SECRET}"}, "TTE_BSRE_INSTITUTIONS must be JSON"),
    ({"TTE_BSRE_INSTITUTIONS": json.dumps([SECRET])}, "TTE_BSRE_INSTITUTIONS must be JSON"),
    ({"TTE_BSRE_INSTITUTIONS": json.dumps({"natuna": {"url": URL, "user": USER}})}, "natuna needs url, user and"),
    ({"TTE_BSRE_INSTITUTIONS": json.dumps({"natuna": {**OWN["natuna"], "pass": "x"}})}, "natuna needs url, user and"),
    (
        {"TTE_BSRE_INSTITUTIONS": json.dumps({"natuna": {**OWN["natuna"], "url": "ftp://x"}})},
        "TTE_BSRE_INSTITUTIONS: natuna.url must be",
    ),
]


@pytest.mark.parametrize(("changed", "sentence"), WRONG)
def test_what_is_wrong_is_named(settings: Any, changed: dict[str, str], sentence: str) -> None:
    settings.BSRE = {**RIGHT, **changed}
    with pytest.raises(ImproperlyConfigured) as stopped:
        access.services()
    assert sentence in str(stopped.value)
    assert SECRET not in str(stopped.value)
    assert stopped.value.__cause__ is None


def test_an_institution_of_its_own_beside_the_common_service(settings: Any) -> None:
    own = {"natuna": {"url": "https://natuna.example/esign/", "user": "n", "password": "p", "api": "v1"}}
    settings.BSRE = {**RIGHT, "TTE_BSRE_INSTITUTIONS": json.dumps(own)}
    found = access.services()
    natuna, other = found.of("natuna"), found.of("sulteng")
    assert natuna is not None
    assert other is not None
    assert (natuna.url, natuna.user, natuna.api) == ("https://natuna.example/esign", "n", "v1")
    assert (other.url, other.user, other.api) == (URL, USER, "v2")
    assert natuna.fingerprint != other.fingerprint

    settings.BSRE = {**RIGHT, **dict.fromkeys(("TTE_BSRE_URL", "TTE_BSRE_USER", "TTE_BSRE_PASSWORD"), "")} | {
        "TTE_BSRE_INSTITUTIONS": json.dumps(own)
    }
    assert access.services().of("sulteng") is None


def run(program: list[str], **given: str) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TTE_BSRE")}
    return subprocess.run(
        [sys.executable, "-W", "ignore", *program],
        cwd=ROOT, env={**environment, "TTE_MODE": "test", **given}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_does_not_start_half_configured(name: str, tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text(SECRET)
    ended = run(
        PROGRAMS[name], TTE_AUTHORITY="bsre", TTE_BSRE_URL=URL, TTE_BSRE_PASSWORD_FILE=str(secret)
    )  # fmt: skip

    assert ended.returncode == 1
    assert "set TTE_BSRE_USER too" in ended.stderr
    assert SECRET not in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr


def test_an_authority_nobody_knows_and_a_file_that_is_not_there() -> None:
    ended = run(PROGRAMS["check"], TTE_AUTHORITY="peruri")
    assert ended.returncode == 1
    assert "TTE_AUTHORITY must be embedded or bsre, not 'peruri'" in ended.stderr
    ended = run(PROGRAMS["check"], TTE_AUTHORITY="bsre", TTE_BSRE_PASSWORD_FILE="/nowhere/password")
    assert ended.returncode == 1
    assert "TTE_BSRE_PASSWORD_FILE cannot be read" in ended.stderr


def test_production_needs_no_secret_of_keys_it_does_not_hold(tmp_path: Path) -> None:
    """The deployment checks pass without the pepper, without the authority's password, without a warning."""
    ring = "k1:" + "A" * 43 + "="
    key = "B" * 43 + "="
    given = {
        "TTE_MODE": "production", "TTE_BASE_URL": "https://tte.example.go.id", "TTE_ALLOWED_HOSTS": "tte.example.go.id",
        "EMAIL_URL": "smtp://localhost:587?tls=1", "TTE_VAR": str(tmp_path), "TTE_SECRET_KEY": "s3cr3t-Kunci" * 6,
        "TTE_DATA_KEYS": ring, "TTE_INDEX_KEY": key, "TTE_LINK_KEY": key, "TTE_AUDIT_KEY": key,
    }  # fmt: skip
    checked = ["manage.py", "check", "--deploy", "--fail-level", "WARNING"]

    ended = run(checked, **given)
    assert ended.returncode != 0
    assert "TTE_SIGNING_KEY_PEPPER is missing" in ended.stderr

    right = {"TTE_AUTHORITY": "bsre", "TTE_BSRE_URL": URL, "TTE_BSRE_USER": USER, "TTE_BSRE_PASSWORD": SECRET}
    ended = run(checked, **given, **right)
    assert ended.returncode == 0, ended.stderr
    # Told, not warned of: where the issuer works.
    assert "decides at BSrE" in ended.stdout + ended.stderr

    ended = run(checked, **given, **right, TTE_AUTHORITY_LINE="Diterbitkan oleh Otoritas Percobaan")
    assert ended.returncode != 0
    assert "bsre.W001" in ended.stderr


def test_the_embedded_authority_asks_for_none_of_it(settings: Any) -> None:
    assert settings.AUTHORITY == "embedded"
    assert "bsre" not in settings.CELERY_BEAT_SCHEDULE
    assert checks.check_procedures(None) == []
    assert checks.check_words(None) == []


def test_limits_come_from_the_settings(settings: Any) -> None:
    from passphrase.bsre import client

    settings.BSRE_ANSWER_SECONDS, settings.REGISTRY_FAILURES = 7, 2
    assert client._limits() == Limits(settings.REGISTRY_CONNECT_SECONDS, 7, 2, settings.REGISTRY_REST_SECONDS)
