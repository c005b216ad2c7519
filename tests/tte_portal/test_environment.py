"""Every setting from the environment has a default or an error that says what to set."""

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.hostile import together
from tte_portal import environment

SECRETS = ("TTE_SECRET_KEY", "TTE_DATA_KEYS", "TTE_INDEX_KEY", "TTE_LINK_KEY", "TTE_AUDIT_KEY",
           "TTE_SIGNING_KEY_PEPPER", "TTE_AUTHORITY_PASSWORD")  # fmt: skip


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TTE_VAR", str(tmp_path / "var"))
    for name in ("X", "X_FILE", "DATABASE_URL", "REDIS_URL", "PORT"):
        monkeypatch.delenv(name, raising=False)


def test_texts_and_words_have_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment.text("X", "default") == "default"
    monkeypatch.setenv("X", "")
    assert environment.text("X", "default") == "default"
    monkeypatch.setenv("X", " a, b ,,c ")
    assert environment.words("X") == ["a", "b", "c"]


@pytest.mark.parametrize(("value", "expected"), [("", 7), ("0", 0), ("12", 12), ("-1", -1)])
def test_whole_numbers(monkeypatch: pytest.MonkeyPatch, value: str, expected: int) -> None:
    monkeypatch.setenv("X", value)
    assert environment.number("X", 7) == expected


@pytest.mark.parametrize("value", ["seven", "1.5", "1e3", "0x10"])
def test_what_is_no_whole_number_is_named(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("X", value)
    with pytest.raises(ImproperlyConfigured, match=r"^X must be a whole number, not "):
        environment.number("X", 7)


@pytest.mark.parametrize(
    ("value", "expected"), [("1", True), ("TRUE", True), ("yes", True), ("0", False), ("no", False)]
)
def test_flags(monkeypatch: pytest.MonkeyPatch, value: str, expected: bool) -> None:
    monkeypatch.setenv("X", value)
    assert environment.flag("X", not expected) is expected


def test_a_flag_that_is_neither_is_named_and_an_empty_one_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment.flag("X", True)
    monkeypatch.setenv("X", "maybe")
    with pytest.raises(ImproperlyConfigured, match="X must be 1 or 0"):
        environment.flag("X", True)


def test_the_mode_is_production_unless_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TTE_MODE")
    assert environment.mode() == "production"
    monkeypatch.setenv("TTE_MODE", "staging")
    with pytest.raises(ImproperlyConfigured, match="demo, test or production"):
        environment.mode()


# --- Secrets -------------------------------------------------------------------------------------------------------
def test_a_secret_comes_from_its_variable_or_its_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from the file\n")
    monkeypatch.setenv("X_FILE", str(tmp_path / "secret"))
    assert environment.secret("X") == "from the file"
    monkeypatch.setenv("X", "from the variable")
    assert environment.secret("X") == "from the variable"


@pytest.mark.parametrize("content", [None, "", " \n"])
def test_a_secret_file_that_is_missing_or_empty_stops_a_production_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str | None
) -> None:
    monkeypatch.setenv("TTE_MODE", "production")
    monkeypatch.setenv("X_FILE", str(tmp_path / "secret"))
    if content is not None:
        (tmp_path / "secret").write_text(content)
    with pytest.raises(ImproperlyConfigured, match="X"):
        environment.secret("X")


def test_a_missing_secret_stops_a_production_start_and_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TTE_MODE", "production")
    with pytest.raises(ImproperlyConfigured, match="X is missing: set X, or X_FILE"):
        environment.secret("X")


def test_the_demo_makes_a_secret_once_for_its_owner_alone(tmp_path: Path) -> None:
    first = environment.secret("X")
    assert environment.secret("X") == first
    assert len(base64.b64decode(first)) == 32
    path = tmp_path / "var" / "secrets" / "X"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [each.name for each in path.parent.iterdir()] == ["X"]


def test_processes_that_start_at_once_agree_on_a_secret(tmp_path: Path) -> None:
    code = "from tte_portal import environment; print(environment.secret('X'))"

    def read(_: int) -> str:
        return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert len(set(together(4, read))) == 1


@pytest.mark.parametrize("missing", SECRETS)
def test_production_does_not_start_without_any_one_of_its_secrets(missing: str, tmp_path: Path) -> None:
    secret = base64.b64encode(b"x" * 32).decode()
    given = {"TTE_MODE": "production", "DATABASE_URL": "postgresql://nobody@localhost/none", "TTE_VAR": str(tmp_path),
             "REDIS_URL": "redis://localhost/0", **{name: secret for name in SECRETS if name != missing}}  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", "import tte_portal.settings"], capture_output=True, text=True, check=False, env=given
    )
    assert done.returncode == 1
    assert f"{missing} is missing" in done.stderr


# --- Addresses -----------------------------------------------------------------------------------------------------
def test_a_service_is_found_in_the_environment_or_where_the_embedded_one_wrote(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(ImproperlyConfigured, match="Set DATABASE_URL, or start the portal with 'make run'"):
        environment.service_url("DATABASE_URL")
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "services.json").write_text(json.dumps({"DATABASE_URL": "postgresql:///own"}))
    assert environment.service_url("DATABASE_URL") == "postgresql:///own"
    monkeypatch.setenv("DATABASE_URL", "postgresql:///given")
    assert environment.service_url("DATABASE_URL") == "postgresql:///given"


@pytest.mark.parametrize("content", ["", "{}", "not json", '{"REDIS_URL": "x"}'])
def test_a_spoiled_note_of_the_embedded_services_is_as_good_as_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "services.json").write_text(content)
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL is not set"):
        environment.service_url("DATABASE_URL")


@pytest.mark.parametrize(("url", "expected"), [
    ("postgresql://a:b@db:5433/portal", {"NAME": "portal", "USER": "a", "PASSWORD": "b", "HOST": "db", "PORT": "5433"}),
    ("postgres://a%40x:p%2Fw@db/portal", {"USER": "a@x", "PASSWORD": "p/w", "HOST": "db", "PORT": ""}),
    ("postgresql://a@/portal?host=/run/a%20b", {"NAME": "portal", "HOST": "/run/a b"}),
])  # fmt: skip
def test_a_database_address_is_read(url: str, expected: dict[str, str]) -> None:
    found = environment.database(url)
    assert found | expected == found


@pytest.mark.parametrize(("url", "expected"), [
    ("smtp://mail", {"EMAIL_HOST": "mail", "EMAIL_PORT": 25, "EMAIL_USE_TLS": False, "EMAIL_USE_SSL": False}),
    ("smtp://a:p%40w@mail:587?tls=1", {"EMAIL_HOST_PASSWORD": "p@w", "EMAIL_PORT": 587, "EMAIL_USE_TLS": True}),
    ("smtp://mail:465?ssl=1", {"EMAIL_USE_SSL": True, "EMAIL_USE_TLS": False}),
])  # fmt: skip
def test_a_mail_address_is_read(url: str, expected: dict[str, Any]) -> None:
    found = environment.email(url)
    assert found | expected == found


@pytest.mark.parametrize("url", ["mysql://x/y", "portal", "", "http://db/portal"])
def test_another_kind_of_database_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="postgresql://"):
        environment.database(url)


@pytest.mark.parametrize("url", ["mail:25", "smtp://", "http://mail", "smtps://mail"])
def test_another_kind_of_mail_address_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="smtp://user:password@host:587"):
        environment.email(url)
