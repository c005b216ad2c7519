"""Every address of the portal, room by room."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from enrollment.urls import front_door_patterns
from passphrase import status
from tte_portal import demo_accounts, demo_outbox, health, whatsapp_webhook

urlpatterns = [
    path("", include("tte_portal.urls_programs")),
    path("status/pengajuan/", status.page, name="status-application"),
    path("", include("enrollment.urls")),
    path("", include("passphrase.urls")),
    path("status/pengajuan/tautan/", status.send_link, name="status-send-link"),
    path("status/pengajuan/sertifikat/", status.certificate, name="status-certificate"),
    path("akun/sertifikat/berkas/", status.own_certificate, name="account-certificate"),
    path("akun/status/", status.own_page, name="account-timeline"),
    path("admin/", admin.site.urls),
    path("", include("verification.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("api/whatsapp/", whatsapp_webhook.webhook, name="whatsapp-webhook"),
]
if settings.DEMO or settings.TESTING:
    urlpatterns += [
        path("kotak-keluar/", demo_outbox.outbox, name="outbox"),
        path("kotak-keluar/akun/", demo_accounts.accounts, name="demo-accounts"),
        path("kotak-keluar/<uuid:message_id>/", demo_outbox.message_html, name="outbox-message"),
    ]
urlpatterns += front_door_patterns

handler400 = "tte_portal.views.bad_request"
handler403 = "tte_portal.views.forbidden"
handler404 = "tte_portal.views.not_found"
handler500 = "tte_portal.views.server_error"
