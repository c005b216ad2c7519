"""The holders' addresses: all pages under /akun/, and the two mailed links."""

from django.urls import path

from enrollment.holders import (
    link_views,
    mailbox_views,
    profile_views,
    register_views,
    security_views,
    sign_in_views,
    sso_views,
)

urlpatterns = [
    path("akun/", profile_views.account, name="account"),
    path("akun/masuk/", sign_in_views.sign_in, name="account-sign-in"),
    path("akun/masuk/<slug:slug>/", sso_views.begin, name="account-sso"),
    path("akun/masuk/<slug:slug>/kembali/", sso_views.finish, name="account-sso-return"),
    path("akun/keluar/", sign_in_views.sign_out, name="account-sign-out"),
    path("akun/minta/", sign_in_views.ask, name="account-ask"),
    path("akun/minta/terkirim/", sign_in_views.ask_sent, name="account-ask-sent"),
    path("akun/kata-sandi/", link_views.choose_password, name="account-choose-password"),
    path("akun/autentikator/", link_views.authenticator, name="account-authenticator"),
    path("akun/autentikator/ganti/", security_views.new_authenticator, name="account-new-authenticator"),
    path("akun/kata-sandi/ganti/", security_views.change_password, name="account-change-password"),
    path("akun/kode-pemulihan/", security_views.recovery_codes, name="account-recovery-codes"),
    path("akun/lengkapi/<slug:field>/", profile_views.item, name="account-item"),
    path("akun/berkas/<uuid:paper_id>/", profile_views.paper, name="account-paper"),
    path("akun/surel-dinas/", mailbox_views.contact, name="account-mailbox"),
    path("akun/surel-dinas/terkirim/", mailbox_views.sent, name="account-mailbox-sent"),
    path("akun/surel-dinas/aktif/", link_views.mailbox_proven, name="account-mailbox-proven"),
    path("akun/registrasi/", register_views.apply, name="account-register"),
    path("akun/tanda-terima/", register_views.receipt, name="account-receipt"),
    path("akun/status/", profile_views.timeline, name="account-timeline"),
    path("akun/tautan/", profile_views.send_link, name="account-send-link"),
    path("email/akun/<str:token>/", link_views.open_account, name="link-account"),
    path("email/aktivasi/surel/<str:token>/", link_views.prove_mailbox, name="link-mailbox"),
]
