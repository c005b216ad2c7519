"""A connected application for each of the demonstration's institutions, so that a ``curl`` line works at once."""

from enrollment.models import Institution
from passphrase.esign import clients
from passphrase.esign.models import ApiClient


def fill(institution: Institution, known: dict[str, str]) -> dict[str, str]:
    """The client with its secret; ``known`` are the secrets told before, by login. A lost one is replaced."""
    login = f"persuratan-{institution.slug}"
    found = ApiClient.objects.filter(login=login).first()
    if found is None:
        secret = clients.make(institution, "Persuratan Contoh", login, by=None)
    else:
        secret = known.get(login) or clients.renew_secret(found, by=None)
    return {"institution": institution.slug, "name": "Persuratan Contoh", "login": login, "secret": secret}
