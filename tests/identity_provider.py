"""A real OpenID Connect provider (django-oauth-toolkit) in a process of its own: python -m tests.identity_provider."""

import json
import os
import sys
from typing import Any

import django
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.urls import include, path

LOGIN = '<form method="post">{% csrf_token %}{{ form }}<button>Masuk</button></form>'


def configure(port: int, database: dict[str, Any]) -> None:
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    loaders = [("django.template.loaders.locmem.Loader", {"registration/login.html": LOGIN})]
    settings.configure(
        SECRET_KEY="only-for-the-tests", ALLOWED_HOSTS=["127.0.0.1"], USE_TZ=True,
        ROOT_URLCONF="tests.identity_provider",
        DATABASES={"default": database}, DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"], SESSION_COOKIE_NAME="penyedia",
        INSTALLED_APPS=[
            "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "oauth2_provider",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        TEMPLATES=[
            {"BACKEND": "django.template.backends.django.DjangoTemplates", "OPTIONS": {"loaders": loaders}},
        ],
        LOGIN_URL="/masuk/",
        OAUTH2_PROVIDER={
            "OIDC_ENABLED": True, "OIDC_RSA_PRIVATE_KEY": pem, "PKCE_REQUIRED": True,
            "OIDC_ISS_ENDPOINT": f"http://127.0.0.1:{port}/o",
            "SCOPES": {"openid": "openid", "profile": "profile"},
            "OAUTH2_VALIDATOR_CLASS": "tests.identity_claims.Claims",
        },
    )  # fmt: skip
    django.setup()


def fill(client: dict[str, str], people: dict[str, str]) -> None:
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from oauth2_provider.models import Application

    call_command("migrate", verbosity=0)
    Application.objects.create(
        client_id=client["id"], client_secret=client["secret"], redirect_uris=client["back"], algorithm="RS256",
        client_type="confidential", authorization_grant_type="authorization-code", skip_authorization=True,
    )  # fmt: skip
    for number, password in people.items():
        User.objects.create_user(number, password=password)


def main() -> None:
    given = json.loads(os.environ["IDENTITY_PROVIDER"])
    configure(given["port"], given["database"])
    fill(given["client"], given["people"])
    from django.contrib.auth.views import LoginView
    from django.core.servers.basehttp import run
    from django.core.wsgi import get_wsgi_application

    urlpatterns.extend(
        [path("masuk/", LoginView.as_view()), path("o/", include("oauth2_provider.urls", namespace="oauth2_provider"))]
    )
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    run("127.0.0.1", given["port"], get_wsgi_application(), threading=True)


urlpatterns: list[Any] = []

if __name__ == "__main__":
    # Under its own name as well: the URLconf is looked up by it.
    sys.modules["tests.identity_provider"] = sys.modules[__name__]
    main()
