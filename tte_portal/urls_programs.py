"""The addresses that only programs ask, often: the authority's own and the E-Sign interface."""

from django.urls import include, path

# What all of them begin with. No other address does that a signed-in person may need.
PROGRAMS = ("/pki/", "/api/user/", "/api/v2/")

urlpatterns = [
    path("pki/", include("passphrase.pki.urls")),
    path("", include("passphrase.esign.urls")),
]
