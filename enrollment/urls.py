"""The applicant's addresses."""

from django.urls import include, path

from enrollment import branding_views, link_views, public_views, views
from enrollment.link_views import LinkView

urlpatterns = [
    path("", public_views.home, name="home"),
    path("", include("enrollment.holders.urls")),
    path("status/", public_views.ask_status, name="status"),
    path("status/terkirim/", public_views.status_sent, name="status-sent"),
    path("email/aktivasi/akun/<str:token>/", LinkView.as_view(purpose="activation"), name="link-activation"),
    path("email/set/passphrase/<str:token>/", LinkView.as_view(purpose="passphrase"), name="link-passphrase"),
    path("email/status/<str:token>/", LinkView.as_view(purpose="status"), name="link-status"),
    path("email/kirim-ulang/<slug:purpose>/", link_views.resend, name="link-resend"),
    path("pengajuan/", views.tasks, name="wizard-tasks"),
    path("pengajuan/foto/", views.photo, name="wizard-photo"),
    path("pengajuan/periksa/", views.review, name="wizard-review"),
    path("pengajuan/selesai/", views.done, name="wizard-done"),
    path("pengajuan/<slug:slug>/", views.step, name="wizard-step"),
]

# An institution's name stands at the top level, so these come after everything else.
front_door_patterns = [
    path("<slug:slug>/", public_views.front_door, name="front-door"),
    path("<slug:slug>/logo.png", branding_views.logo, name="institution-logo"),
    path("<slug:slug>/warna.css", branding_views.stylesheet, name="institution-colours"),
    path("<slug:slug>/aktivasi/", public_views.ask_activation, name="ask-activation"),
    path("<slug:slug>/aktivasi/terkirim/", public_views.ask_activation_sent, name="ask-activation-sent"),
]
