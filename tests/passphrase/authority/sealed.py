"""A private key that signs and never comes out, as those in hardware modules are."""

from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec


class Sealed(ec.EllipticCurvePrivateKey):
    """A key as a hardware module gives it: it signs and tells its public half, and nothing else."""

    def __init__(self, inside: ec.EllipticCurvePrivateKey) -> None:
        self._inside, self.signed = inside, 0

    @property
    def curve(self) -> ec.EllipticCurve:
        return self._inside.curve

    @property
    def key_size(self) -> int:
        return self._inside.key_size

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self._inside.public_key()

    def sign(self, data: Any, signature_algorithm: ec.EllipticCurveSignatureAlgorithm) -> bytes:
        self.signed += 1
        return self._inside.sign(data, signature_algorithm)

    def _never(self, *args: Any, **kwargs: Any) -> Any:
        raise AssertionError("A key in a module cannot be taken out.")

    exchange = private_numbers = private_bytes = __copy__ = __deepcopy__ = _never
