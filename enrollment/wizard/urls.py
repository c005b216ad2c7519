"""The wizard's addresses, all of them under /pengajuan/."""

from django.urls import path

from enrollment import withdrawal_views
from enrollment.wizard import done_views, views

urlpatterns = [
    path("", views.tasks, name="wizard-tasks"),
    path("foto/", views.upload, name="wizard-photo"),
    path("berkas/<slug:slug>/", views.upload, name="wizard-upload"),
    path("kebijakan/", views.policy, name="wizard-policy"),
    path("disimpan/", views.left, name="wizard-left"),
    path("tarik/", withdrawal_views.from_wizard, name="wizard-withdraw"),
    path("ditarik/", withdrawal_views.withdrawn, name="withdrawn"),
    path("periksa/", views.review, name="wizard-review"),
    path("selesai/", done_views.done, name="wizard-done"),
    path("<slug:slug>/", views.step, name="wizard-step"),
]
