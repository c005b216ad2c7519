"""The applicant's addresses."""

from django.urls import include, path

from enrollment import branding_views, link_views, public_views, withdrawal_views
from enrollment.link_views import LinkView
from enrollment.ways_in import public_form_views, self_service_views

link_patterns = [
    path("aktivasi/akun/<str:token>/", LinkView.as_view(purpose="activation"), name="link-activation"),
    path("set/passphrase/<str:token>/", LinkView.as_view(purpose="passphrase"), name="link-passphrase"),
    path("status/<str:token>/", LinkView.as_view(purpose="status"), name="link-status"),
    path("kirim-ulang/<slug:purpose>/", link_views.resend, name="link-resend"),
]

status_patterns = [
    path("", public_views.ask_status, name="status"),
    path("terkirim/", public_views.status_sent, name="status-sent"),
    path("pengajuan/tarik/", withdrawal_views.from_status, name="status-withdraw"),
]

# By first part, the wizard before all: an address is looked for in one list instead of in a hundred.
urlpatterns = [
    path("pengajuan/", include("enrollment.wizard.urls")),
    path("status/", include(status_patterns)),
    path("email/", include(link_patterns)),
    path("", public_views.home, name="home"),
    path("", include("enrollment.holders.urls")),
]

# An institution's name stands at the top level, so these come after everything else.
front_door_patterns = [
    path("<slug:slug>/", public_views.front_door, name="front-door"),
    path("<slug:slug>/logo.png", branding_views.logo, name="institution-logo"),
    path("<slug:slug>/warna.css", branding_views.stylesheet, name="institution-colours"),
    path("<slug:slug>/aktivasi/", public_views.ask_activation, name="ask-activation"),
    path("<slug:slug>/aktivasi/terkirim/", public_views.ask_activation_sent, name="ask-activation-sent"),
    path("<slug:slug>/pengajuan-tte/", self_service_views.person, name="self-service"),
    path("<slug:slug>/pengajuan-tte/surat/", self_service_views.papers, name="self-service-papers"),
    path("<slug:slug>/pengajuan-tte/terkirim/", self_service_views.sent, name="self-service-sent"),
    path("<slug:slug>/registrasi/", public_form_views.register, name="public-form"),
    path("<slug:slug>/registrasi/terkirim/", public_form_views.sent, name="public-form-sent"),
    path("<slug:slug>/formulir/<slug:kind>.pdf", self_service_views.letter, name="letter"),
]
