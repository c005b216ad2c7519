"""django-ca's side of the figures: a process with settings and a database of its own on the same PostgreSQL server."""

import os
import time
from typing import Any

import django
from django.conf import settings

from tte_portal import environment

if not settings.configured:
    settings.configure(
        SECRET_KEY=os.urandom(32).hex(),
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django_ca"],
        DATABASES={"default": environment.database(os.environ["DATABASE_URL"])},
        STORAGES={
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
            # The same folder as the keys of both come from.
            "django-ca": {
                "BACKEND": "django.core.files.storage.FileSystemStorage",
                "OPTIONS": {"location": os.environ["BENCH_FOLDER"]},
            },
        },
        CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
        CA_DEFAULT_HOSTNAME="127.0.0.1:8000",
        CA_USE_CELERY=False,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        ROOT_URLCONF="bench.pki_django_ca",
    )
    django.setup()

from cryptography import x509
from django.core.management import call_command
from django.db import connection
from django.urls import include, path
from django_ca.key_backends.storages.models import StoragesUsePrivateKeyOptions
from django_ca.models import Certificate, CertificateAuthority, CertificateRevocationList

from bench.partner import serve

# The addresses that stand in its certificates.
urlpatterns = [path("ca/", include("django_ca.urls"))]
OPTIONS = StoragesUsePrivateKeyOptions(password=None)


def migrate() -> None:
    call_command("migrate", verbosity=0, interactive=False)


def take_over(name: str, key: str, certificate: str) -> None:
    """The same authority as the other side's: its key and its certificate."""
    call_command("import_ca", name, key, certificate)


def issue(name: str, asked: list[str]) -> float:
    """Seconds for these requests, one after the other, as ``create_cert`` makes and stores them."""
    authority = CertificateAuthority.objects.get(name=name)
    subject = x509.Name(
        [
            x509.NameAttribute(x509.NameOID.COUNTRY_NAME, "ID"),
            x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "Pemerintah Kabupaten Contoh"),
            x509.NameAttribute(x509.NameOID.COMMON_NAME, "Peserta Ukur"),
        ]
    )
    begun = time.perf_counter()
    for each in asked:
        # As its own views and commands do: the request arrives as bytes, and nobody else has checked its signature.
        request = x509.load_der_x509_csr(bytes.fromhex(each))
        assert request.is_signature_valid
        Certificate.objects.create_cert(authority, OPTIONS, request, subject=subject)
    return time.perf_counter() - begun


def revoked(name: str, count: int) -> None:
    """So many revoked certificates of that authority: rows as its own, told apart by their serial numbers."""
    kept = Certificate.objects.filter(ca__name=name).order_by("pk")[0]
    Certificate.objects.exclude(pk=kept.pk).filter(ca__name=name).delete()
    copied = [
        field.column for field in Certificate._meta.concrete_fields
        if field.column not in ("id", "serial", "revoked", "revoked_date", "revoked_reason")
    ]  # fmt: skip
    columns = ", ".join(f'"{column}"' for column in copied)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO django_ca_certificate (serial, revoked, revoked_date, revoked_reason, {columns}) "  # noqa: S608
            f"SELECT upper(md5(n::text) || substr(md5((n + 1)::text), 1, 7)), true, now(), 'key_compromise', {columns} "
            "FROM django_ca_certificate, generate_series(1, %s) n WHERE id = %s",
            [count, kept.pk],
        )
        cursor.execute("ANALYZE django_ca_certificate")


def build(name: str, count: int) -> float:
    """Seconds for the revocation list with that many entries."""
    authority = CertificateAuthority.objects.get(name=name)
    begun = time.perf_counter()
    made = CertificateRevocationList.objects.create_certificate_revocation_list(authority, OPTIONS)
    took = time.perf_counter() - begun
    entries = len(x509.load_der_x509_crl(bytes(made.data or b"")))
    assert entries == count, entries
    return took


ACTS: dict[str, Any] = {each.__name__: each for each in (migrate, take_over, issue, revoked, build)}

if __name__ == "__main__":
    serve(ACTS)
