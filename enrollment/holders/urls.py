"""The holders' addresses: all pages under /akun/, and the two mailed links."""

from django.urls import include, path

from enrollment.holders import (
    link_views,
    mailbox_views,
    profile_views,
    register_views,
    security_views,
    sign_in_views,
    sso_views,
    withdrawal_views,
)

account_patterns = [
    path("", profile_views.account, name="account"),
    path("masuk/", sign_in_views.sign_in, name="account-sign-in"),
    path("masuk/<slug:slug>/", sso_views.begin, name="account-sso"),
    path("masuk/<slug:slug>/kembali/", sso_views.finish, name="account-sso-return"),
    path("keluar/", sign_in_views.sign_out, name="account-sign-out"),
    path("minta/", sign_in_views.ask, name="account-ask"),
    path("minta/terkirim/", sign_in_views.ask_sent, name="account-ask-sent"),
    path("kata-sandi/", link_views.choose_password, name="account-choose-password"),
    path("autentikator/", link_views.authenticator, name="account-authenticator"),
    path("autentikator/ganti/", security_views.new_authenticator, name="account-new-authenticator"),
    path("kata-sandi/ganti/", security_views.change_password, name="account-change-password"),
    path("kode-pemulihan/", security_views.recovery_codes, name="account-recovery-codes"),
    path("lengkapi/<slug:field>/", profile_views.item, name="account-item"),
    path("berkas/<uuid:paper_id>/", profile_views.paper, name="account-paper"),
    path("surel-dinas/", mailbox_views.contact, name="account-mailbox"),
    path("surel-dinas/terkirim/", mailbox_views.sent, name="account-mailbox-sent"),
    path("surel-dinas/aktif/", link_views.mailbox_proven, name="account-mailbox-proven"),
    path("registrasi/", register_views.apply, name="account-register"),
    path("tanda-terima/", register_views.receipt, name="account-receipt"),
    path("tautan/", profile_views.send_link, name="account-send-link"),
    path("tarik/", withdrawal_views.withdraw, name="account-withdraw"),
]

link_patterns = [
    path("akun/<str:token>/", link_views.open_account, name="link-account"),
    path("aktivasi/surel/<str:token>/", link_views.prove_mailbox, name="link-mailbox"),
]

urlpatterns = [
    path("akun/", include(account_patterns)),
    path("email/", include(link_patterns)),
]
