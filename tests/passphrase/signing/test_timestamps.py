"""The time stamp in a signed page, as OpenSSL reads it (RFC 3161)."""

import hashlib
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.passphrase.pki.conftest import as_pem
from tests.passphrase.signing import verdicts
from tests.passphrase.signing.conftest import Ready
from tte_portal.environment import ROOT

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]


def token_and_digest(pdf: bytes) -> tuple[bytes, str]:
    """The stamp, and the hash of what it is about: the signature's own value."""
    signer = verdicts.opened(pdf).signer_info
    (attribute,) = [each for each in signer["unsigned_attrs"] if each["type"].native == "signature_time_stamp_token"]
    return attribute["values"][0].dump(), hashlib.sha256(signer["signature"].native).hexdigest()


def verified(folder: Path, token: bytes, digest: str, *authorities: bytes) -> str:
    (folder / "token.der").write_bytes(token)
    (folder / "chain.pem").write_text(as_pem(*authorities))
    words = ["openssl", "ts", "-verify", "-in", "token.der", "-token_in", "-digest", digest, "-CAfile", "chain.pem"]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=60)
    return done.stdout + done.stderr


def test_openssl_verifies_it_for_this_signature_and_no_other(ready: Ready, tmp_path: Path) -> None:
    pdf = ready.sample()
    token, digest = token_and_digest(pdf)
    chain = (bytes(ready.authority.der), ready.root)

    assert "Verification: OK" in verified(tmp_path, token, digest, *chain)
    assert "message imprint mismatch" in verified(tmp_path, token, hashlib.sha256(b"x").hexdigest(), *chain)
    assert abs(verdicts.stamped_at(pdf) - datetime.now(UTC)) < timedelta(minutes=2)


def test_a_key_file_made_before_leaves_time_stamps_as_they_are() -> None:
    """asn1crypto learns the kinds of content that belong to stamps on import, and none after their first use."""
    first = "import django; django.setup(); from passphrase.holder import files; from asn1crypto import cms"
    then = "cms.ContentType('data'); from passphrase.signing import timestamps; cms.ContentType('tst_info')"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tte_portal.settings"}

    done = subprocess.run(
        [sys.executable, "-c", f"{first}; {then}"], cwd=ROOT, env=environment, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
