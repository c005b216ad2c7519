"""Keys of `cryptography` as pyHanko wants them: the private key stays the object it is and is never written out."""

from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from pyhanko.sign.signers import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore
from pyhanko_certvalidator.util import get_pyca_cryptography_hash

from passphrase.asn1 import x509

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
DIGEST = "sha256"


def parsed(der: bytes) -> x509.Certificate:
    return x509.Certificate.load(der)


class KeySigner(Signer):
    """Signs with a key that is open in this process."""

    def __init__(self, certificate: bytes, key: PrivateKey, above: tuple[bytes, ...]) -> None:
        """``above``: the certificates from the issuer on, which go along."""
        store: SimpleCertificateStore = SimpleCertificateStore.from_certs([parsed(der) for der in above])  # type: ignore[no-untyped-call]
        super().__init__(signing_cert=parsed(certificate), cert_registry=store, embed_roots=False)
        self._key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if dry_run:
            # Asked how long a signature is: nothing is signed for that.
            return bytes(_longest(self._key))
        algorithm = get_pyca_cryptography_hash(digest_algorithm)
        if isinstance(self._key, ec.EllipticCurvePrivateKey):
            return self._key.sign(data, ec.ECDSA(algorithm))
        return self._key.sign(data, padding.PKCS1v15(), algorithm)


def _longest(key: PrivateKey) -> int:
    # Two numbers in ASN.1, each with a sign byte and a head of two, under a head of three.
    return 2 * (key.key_size // 8 + 3) + 3 if isinstance(key, ec.EllipticCurvePrivateKey) else key.key_size // 8
