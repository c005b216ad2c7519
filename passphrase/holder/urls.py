"""The pages under /akun/sertifikat/; each act's addresses stand together."""

from django.urls import path

from passphrase.holder import (
    changing_views,
    ending_views,
    forgotten_views,
    renewal_views,
    sign_in_views,
    taking_views,
    trying_views,
    unlocking_views,
    views,
)

urlpatterns = [
    path("", views.page, name="certificate"),
    path("masuk/", sign_in_views.sign_in, name="certificate-sign-in"),
    path("masuk/terkirim/", sign_in_views.sent, name="certificate-sign-in-sent"),
    path("keluar/", views.leave, name="certificate-sign-out"),
    path("sertifikat.pem", views.pem, name="certificate-pem"),
    path("sertifikat.cer", views.der, name="certificate-der"),
    path("kunci/", taking_views.take_key, name="certificate-key"),
    path("coba/", trying_views.page, name="certificate-try"),
    path("coba/benar/", trying_views.right, name="certificate-tried"),
    path("coba/dokumen.pdf", trying_views.document, name="certificate-sample"),
    path("ganti/", changing_views.page, name="certificate-change"),
    path("ganti/selesai/", changing_views.done, name="certificate-changed"),
    path("lupa/", forgotten_views.page, name="certificate-forgotten"),
    path("lupa/terkirim/", forgotten_views.sent, name="certificate-forgotten-sent"),
    path("buka-kunci/", unlocking_views.page, name="certificate-unlock"),
    path("buka-kunci/terkirim/", unlocking_views.sent, name="certificate-unlock-sent"),
    path("perpanjang/", renewal_views.renew, name="certificate-renew"),
    path("perbarui/", renewal_views.reissue, name="certificate-reissue"),
    path("tangguhkan/", ending_views.suspend, name="certificate-suspend"),
    path("aktifkan-lagi/", ending_views.resume, name="certificate-resume"),
    path("cabut/", ending_views.revoke, name="certificate-revoke"),
]
