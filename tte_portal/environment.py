"""Typed reading of the process environment: every setting comes from here, with a default or a clear error."""

import base64
import json
import os
import secrets
from pathlib import Path
from typing import Literal, cast, get_args
from urllib.parse import ParseResult, parse_qs, unquote, urlparse

from django.core.exceptions import ImproperlyConfigured

Mode = Literal["demo", "test", "production"]

ROOT = Path(__file__).resolve().parent.parent


def text(name: str, default: str) -> str:
    return os.environ.get(name) or default


def number(name: str, default: int) -> int:
    value = os.environ.get(name)
    try:
        return int(value) if value else default
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from error


def flag(name: str, default: bool) -> bool:
    value = os.environ.get(name, "").lower()
    if value not in {"", "0", "1", "true", "false", "yes", "no"}:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")
    return value in {"1", "true", "yes"} if value else default


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def mode() -> Mode:
    value = text("TTE_MODE", "production")
    if value not in get_args(Mode):
        raise ImproperlyConfigured(f"TTE_MODE must be demo, test or production, not {value!r}.")
    return cast(Mode, value)


def var_folder() -> Path:
    """The folder for everything the portal writes outside its database."""
    return Path(text("TTE_VAR", str(ROOT / "var"))).resolve()


def secret(name: str) -> str:
    """A secret from ``NAME``, or from the file that ``NAME_FILE`` names.

    The demo and the tests make one at first use and keep it in ``var/secrets`` (readable by the owner alone);
    in production a missing secret stops the start.
    """
    if value := os.environ.get(name) or from_file(name):
        return value
    if mode() == "production":
        raise ImproperlyConfigured(f"{name} is missing: set {name}, or {name}_FILE to the path of a file with it.")
    return _kept_secret(name)


def optional_secret(name: str) -> str:
    """A secret from ``NAME`` or from the file that ``NAME_FILE`` names; empty where there is none."""
    return os.environ.get(name) or from_file(name) or ""


def _kept_secret(name: str) -> str:
    path = var_folder() / "secrets" / name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}")
    if not path.exists():
        fresh.touch(mode=0o600)
        fresh.write_text(base64.b64encode(secrets.token_bytes(32)).decode())
        # A hard link fails when another process was first: both then read the same secret.
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()


def from_file(name: str) -> str | None:
    """What the file holds that ``NAME_FILE`` names, as container secrets come; ``None`` when it names none."""
    path = os.environ.get(f"{name}_FILE")
    if not path:
        return None
    try:
        return Path(path).read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error}.") from error


def service_url(name: str) -> str:
    """The address of PostgreSQL or Redis: from the environment, else from the embedded services that run now."""
    if value := os.environ.get(name) or from_file(name):
        return value
    try:
        found = json.loads((var_folder() / "services.json").read_text())[name]
    except (OSError, ValueError, KeyError) as error:
        raise ImproperlyConfigured(
            f"{name} is not set and no embedded service runs. Set {name}, or start the portal with 'make run'."
        ) from error
    return str(found)


def for_redis(url: str) -> str:
    """Redis's own way of writing the address that Celery takes: a socket, and which number of it, have other names."""
    return url.replace("redis+socket:", "unix:", 1).replace("virtual_host=", "db=", 1)


def database(url: str) -> dict[str, object]:
    """Django's settings for ``postgresql://user:password@host:port/name`` (``?host=/folder`` for a socket)."""
    parts = urlparse(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must begin with postgresql://.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": _query(parts, "host") or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": number("DATABASE_CONN_MAX_AGE", 600),
        "CONN_HEALTH_CHECKS": True,
    }


def email(url: str) -> dict[str, object]:
    """SMTP settings for ``smtp://user:password@host:port?tls=1`` (``ssl=1`` for implicit TLS)."""
    parts = urlparse(url)
    if parts.scheme != "smtp" or not parts.hostname:
        raise ImproperlyConfigured("EMAIL_URL must look like smtp://user:password@host:587?tls=1.")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or 25,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": _query(parts, "tls") == "1",
        "EMAIL_USE_SSL": _query(parts, "ssl") == "1",
    }


def _query(parts: ParseResult, name: str) -> str:
    return parse_qs(parts.query).get(name, [""])[0]


def oidc_providers(name: str) -> dict[str, dict[str, str]]:
    """Providers of single sign-on by institution; each must be reached by TLS, but for one on this machine."""
    given = os.environ.get(name) or from_file(name)
    if not given:
        return {}
    try:
        found = {slug: {"claim": "preferred_username", **values} for slug, values in json.loads(given).items()}
    except (ValueError, AttributeError, TypeError) as error:
        raise ImproperlyConfigured(f'{name} must be JSON: {{"institution": {{"issuer": "https://…", …}}}}.') from error
    for slug, values in found.items():
        if set(values) != {"issuer", "client_id", "client_secret", "claim"} or not all(
            isinstance(value, str) and value for value in values.values()
        ):
            raise ImproperlyConfigured(f"{name}: {slug} needs issuer, client_id and client_secret; claim may be given.")
        issuer = urlparse(values["issuer"])
        if issuer.scheme != "https" and issuer.hostname not in ("127.0.0.1", "localhost"):
            raise ImproperlyConfigured(f"{name}: the issuer of {slug} must begin with https://.")
    return found
