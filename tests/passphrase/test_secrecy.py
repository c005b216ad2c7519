"""P7: what was typed as a passphrase is found nowhere afterwards."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from enrollment import actions as enrollment_actions
from enrollment.models import Application
from passphrase import actions, custody, score
from tests import cast, procedures

SECRET = "Sangat-Rahasia 4711 Kapal"
OTHER_SECRET = "Lebih-Rahasia 8150 Perahu"


def database_dump() -> str:
    """Every row of every table, as text; bytes in hex."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608 (names from the catalogue)
            found += [row[0] for row in cursor.fetchall()]
    return "\n".join(found)


def content_of(path: Path) -> bytes:
    """Of a file in the folder that the tests of both processes share: another one may have taken its own away."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def traces_of(secret: str) -> tuple[str, ...]:
    return secret, secret.encode().hex(), json.dumps(secret)[1:-1], secret.replace(" ", "+")


def test_the_passphrase_is_in_no_table_file_or_log(
    approved: Application, certificate_authority: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        browser = cast.open_link(approved, "passphrase")
        fields = {"passphrase": SECRET, "agreement": "on"}
        browser.post("/passphrase/", {**fields, "confirmation": "salah"})
        browser.post("/passphrase/", {**fields, "confirmation": SECRET})
        actions.issue_certificate(approved.pk)
        enrollment_actions.send_link_again(approved, "status", by=None)
        checker = cast.open_link(approved, "status", Client())
        tried = checker.post("/akun/sertifikat/coba/", {"passphrase": SECRET})
        assert "Passphrase benar" in tried.content.decode()
        again = {"passphrase": OTHER_SECRET, "confirmation": OTHER_SECRET}
        changed = checker.post("/akun/sertifikat/ganti/", {"current": SECRET, **again})
        assert changed.headers["Location"] == "/akun/sertifikat/ganti/selesai/"

    dump = database_dump()
    assert approved.receipt in dump
    assert caplog.text
    for trace in (*traces_of(SECRET), *traces_of(OTHER_SECRET)):
        assert trace not in dump
        assert trace not in caplog.text
    folders = [Path(settings.VAR) / name for name in ("media", "data-keys", "authority", "secrets")]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert files
    contents = [content_of(path) for path in files]
    for secret in (SECRET, OTHER_SECRET):
        assert not any(secret.encode() in content for content in contents)


@pytest.mark.parametrize(
    "asked",
    [
        {"passphrase__shows_score": True},
        {"passphrase__agreement_by": "opened", "passphrase__agreement_seconds": 15},
        {"passphrase__agreement_by": "page", "passphrase__agreement_button": "Saya Setuju"},
        {"passphrase__shows_profile": True, "passphrase__second_selfie": True},
        {"certificate__issuer": "by-hand", "passphrase__blanks": False},
    ],
    ids=lambda asked: next(iter(asked)),
)
def test_no_variant_of_the_page_keeps_or_tells_it(
    approved: Application, asked: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    procedures.ask(approved, **asked)
    browser = cast.open_link(approved, "passphrase")
    with caplog.at_level(logging.DEBUG):
        for path in ("/passphrase/", "/passphrase/profil/", "/passphrase/foto/", "/passphrase/perjanjian/") * 2:
            fields = {"passphrase": SECRET, "confirmation": "salah", "agreement": "on"}
            response = browser.post(path, fields)
            for trace in traces_of(SECRET):
                assert trace not in response.content.decode()
                assert trace not in str(response.headers)

    dump = database_dump()
    for trace in traces_of(SECRET):
        assert trace not in dump
        assert trace not in caplog.text


def test_an_error_while_it_is_scored_hides_it(approved: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.views.debug import SafeExceptionReporterFilter

    def fails(*given: Any, **more: Any) -> Any:
        raise RuntimeError("no score")

    monkeypatch.setattr("zxcvbn.zxcvbn", fails)
    with pytest.raises(RuntimeError) as caught:
        score.score_of(SECRET, approved)

    frame = caught.tb.tb_next
    assert frame is not None
    shown = SafeExceptionReporterFilter().get_traceback_frame_variables(None, _frame_of(frame, "score_of"))
    assert SECRET not in str(shown)


def _frame_of(trace: Any, name: str) -> Any:
    while trace.tb_frame.f_code.co_name != name:
        trace = trace.tb_next
    return trace.tb_frame


def test_nothing_secret_goes_through_the_broker(
    approved: Application, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Any] = []
    monkeypatch.setattr("celery.current_app.send_task", lambda name, given: sent.append((name, given)))

    with django_capture_on_commit_callbacks(execute=True):
        link = cast.link_of(approved, "passphrase")
        actions.set_passphrase(approved.pk, link.pk, SECRET, by=approved)

    assert ("passphrase.tasks.issue", [str(approved.pk)]) in sent
    assert SECRET not in str(sent)


def test_an_error_report_hides_it(approved: Application) -> None:
    from django.views.debug import SafeExceptionReporterFilter

    try:
        custody.open_key(approved.pk, SECRET)
    except custody.NoKey as error:
        trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_name == "open_key":
            shown = SafeExceptionReporterFilter().get_traceback_frame_variables(None, trace.tb_frame)
            assert SECRET not in str(shown)
        trace = trace.tb_next
