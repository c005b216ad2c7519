"""The work of a journey that no portal can spare: key derivation, key pair, photo, signature."""

import os
import secrets
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import django


def once() -> None:
    """Argon2id (64 MiB, three passes, one lane), a P-256 key pair, the photo as uploaded, one P-384 signature."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    from bench.portrait import portrait
    from enrollment import photos

    Argon2id(salt=secrets.token_bytes(16), length=32, iterations=3, lanes=1, memory_cost=64 * 1024).derive(
        b"passphrase"
    )
    ec.generate_private_key(ec.SECP256R1())
    photos.take(portrait())
    ec.generate_private_key(ec.SECP384R1()).sign(secrets.token_bytes(1200), ec.ECDSA(hashes.SHA384()))


def _several(count: int) -> None:
    for _ in range(count):
        once()


def _prepare() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tte_portal.settings")
    django.setup()
    once()


class Cores:
    """Processes that wait for work, as many as the machine has cores."""

    def __init__(self) -> None:
        self.count = os.cpu_count() or 1
        self.pool = ProcessPoolExecutor(self.count, get_context("spawn"), _prepare)
        self.seconds(self.count)

    def seconds(self, count: int) -> float:
        """How long all cores together take for ``count`` journeys' unavoidable work."""
        begun = time.perf_counter()
        share = [count // self.count + (each < count % self.count) for each in range(self.count)]
        list(self.pool.map(_several, share))
        return time.perf_counter() - begun
