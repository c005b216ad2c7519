"""The passphrase pages, and the other address of the link that opens them."""

from django.urls import include, path

from enrollment.link_views import LinkView
from passphrase import views, way_views
from passphrase.checking.views import check
from passphrase.holder import unlocking_views
from passphrase.holder.proof_views import open_link as open_proof

enroll = LinkView.as_view(purpose="passphrase")

urlpatterns = [
    path("verifikasi/", check, name="check-document"),
    path("akun/sertifikat/", include("passphrase.holder.urls")),
    path("email/sertifikat/<slug:purpose>/<str:token>/", open_proof, name="link-proof"),
    path("email/buka/passphrase/<str:token>/", unlocking_views.opened, name="link-unlock"),
    # The address that such links have had elsewhere, as people kept it and as programs write it.
    path("email/user/enroll/<str:token>/", enroll, name="link-enroll"),
    path("email/user/enroll/<str:token>", enroll, name="link-enroll-bare"),
    path("passphrase/", views.set_passphrase, name="passphrase"),
    path("passphrase/profil/", way_views.profile, name="passphrase-profile"),
    path("passphrase/foto/", way_views.photo, name="passphrase-photo"),
    path("passphrase/foto/gambar/", way_views.picture, name="passphrase-picture"),
    path("passphrase/perjanjian/", way_views.agreement_page, name="passphrase-agreement"),
    path("passphrase/selesai/", views.done, name="passphrase-done"),
    path("passphrase/periksa/", views.check, name="passphrase-check"),
]
