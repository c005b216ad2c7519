"""The tables that every room stands on: accounts, audit, links, outbox, throttles, files."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Now


class AccountManager(BaseUserManager["Account"]):
    def create_user(self, login: str, password: str | None = None, **fields: Any) -> "Account":
        account = self.model(login=login.strip().lower(), **fields)
        account.set_password(password)
        account.save()
        return account

    def create_superuser(self, login: str, password: str | None = None, **fields: Any) -> "Account":
        return self.create_user(login, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, login: str | None) -> "Account":
        return self.get(login=(login or "").strip().lower())


class Account(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in with a login name: officers now, holders later. What they may do stands in roles."""

    login = models.CharField("nama masuk", max_length=100, unique=True)
    name = models.CharField("nama", max_length=200)
    mailbox = models.EmailField("surel", blank=True)
    is_staff = models.BooleanField("petugas", default=False)
    is_active = models.BooleanField("aktif", default=True)
    created_at = models.DateTimeField("dibuat", db_default=Now())

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "login"
    EMAIL_FIELD = "mailbox"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = "akun"
        verbose_name_plural = "akun"

    def __str__(self) -> str:
        return self.name or self.login


class AuditChain(models.Model):
    """The head of one chain of audit rows (one chain for each institution, one for the portal itself)."""

    name = models.CharField(max_length=64, primary_key=True)
    sequence = models.BigIntegerField(default=0)
    head = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"{self.name}:{self.sequence}"


class AuditRow(models.Model):
    """One event, chained to the one before; personal detail is sealed with the key of the person it is about."""

    chain = models.CharField("rantai", max_length=64)
    sequence = models.BigIntegerField("nomor")
    at = models.DateTimeField("waktu")
    event = models.CharField("peristiwa", max_length=64)
    actor = models.CharField("pelaku", max_length=64)
    subject = models.UUIDField("pengajuan", null=True)
    facts = models.JSONField("keterangan", default=dict)
    detail = models.BinaryField(null=True)
    previous = models.BinaryField(max_length=32)
    mac = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = "catatan audit"
        verbose_name_plural = "catatan audit"
        constraints: ClassVar = [models.UniqueConstraint(fields=["chain", "sequence"], name="audit_one_row_a_number")]
        indexes: ClassVar = [models.Index(fields=["subject", "id"], name="audit_of_subject")]

    def __str__(self) -> str:
        return f"{self.chain}:{self.sequence} {self.event}"


class Link(models.Model):
    """A mailed link: its token's hash, the day it lives, and whether finishing has used it up."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=32)
    subject = models.UUIDField()
    token_hash = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["subject", "purpose"], name="links_of_subject")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.id}"


class OutboxMessage(models.Model):
    """A message to send: the template's name and ids, never a body; rendered when it is sent."""

    class State(models.TextChoices):
        WAITING = "waiting", "menunggu"
        SENT = "sent", "terkirim"
        FAILED = "failed", "gagal"
        DROPPED = "dropped", "tidak perlu dikirim"
        FELL_BACK = "fell_back", "diganti surel"

    class Channel(models.TextChoices):
        EMAIL = "email", "surel"
        WHATSAPP = "whatsapp", "WhatsApp"

    class Delivery(models.TextChoices):
        """What WhatsApp says became of a message it took."""

        SENT = "sent", "terkirim"
        DELIVERED = "delivered", "sampai"
        READ = "read", "dibaca"
        FAILED = "failed", "tidak sampai"

    class FallBack(models.TextChoices):
        """Why a mail took over."""

        REFUSED = "refused", "ditolak WhatsApp"
        FAILED = "failed", "tidak dapat disampaikan WhatsApp"
        SILENT = "silent", "tidak ada kabar dari WhatsApp"
        UNREACHABLE = "unreachable", "WhatsApp tidak dapat dihubungi"
        NOT_CONFIGURED = "not_configured", "WhatsApp belum diatur"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    template = models.CharField("jenis", max_length=64)
    ids = models.JSONField(default=dict)
    subject = models.UUIDField(null=True)
    state = models.CharField("keadaan", max_length=16, choices=State, default=State.WAITING)
    attempts = models.PositiveIntegerField("percobaan", default=0)
    error = models.CharField("galat terakhir", max_length=300, blank=True)
    created_at = models.DateTimeField("dibuat", db_default=Now())
    due_at = models.DateTimeField("jatuh tempo", db_default=Now())
    sent_at = models.DateTimeField("terkirim", null=True)
    channel = models.CharField("saluran", max_length=16, choices=Channel, default=Channel.EMAIL)
    # Blind index of WhatsApp's own id of the message, for that id holds the person's number.
    provider_ref = models.BinaryField(max_length=32, null=True, unique=True)
    delivery = models.CharField("kabar pengantaran", max_length=16, choices=Delivery, blank=True)
    delivered_at = models.DateTimeField("sampai", null=True)
    # Until then somebody must have vouched for the delivery; empty when nobody is waited for.
    answer_due_at = models.DateTimeField(null=True)
    fell_back_at = models.DateTimeField("diganti surel", null=True)
    fell_back_reason = models.CharField("alasan diganti surel", max_length=16, choices=FallBack, blank=True)
    instead_of = models.OneToOneField("self", models.SET_NULL, null=True, related_name="taken_over_by")

    class Meta:
        verbose_name = "pesan keluar"
        verbose_name_plural = "pesan keluar"
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=models.Q(state="waiting"), name="outbox_due"),
            models.Index(
                fields=["answer_due_at"], condition=models.Q(answer_due_at__isnull=False), name="outbox_silent"
            ),
            models.Index(fields=["subject"], name="outbox_of_subject"),
            models.Index(fields=["-created_at", "-id"], name="outbox_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.id}"


class ThrottleWindow(models.Model):
    """How often something was tried in one window of time. In PostgreSQL, so no cache flush forgives a guesser."""

    scope = models.CharField(max_length=32)
    key = models.BinaryField(max_length=32)
    started_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scope", "key", "started_at"], name="throttle_one_window")
        ]
        indexes: ClassVar = [models.Index(fields=["started_at"], name="throttle_by_age")]

    def __str__(self) -> str:
        return f"{self.scope} {self.count}"


class SealedFile(models.Model):
    """One encrypted file. Its data key lies in a store of its own: destroying the key erases the file everywhere."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.UUIDField()
    kind = models.CharField(max_length=32)
    content_type = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["owner"], name="files_of_owner")]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Job(models.Model):
    """Long work for one person, done in small steps by any worker (``tte_portal/jobs.py``); the row is its progress."""

    class State(models.TextChoices):
        WAITING = "waiting", "menunggu giliran"
        RUNNING = "running", "sedang dikerjakan"
        DONE = "done", "selesai"
        FAILED = "failed", "gagal"
        CANCELLED = "cancelled", "dihentikan"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=32)
    owner = models.ForeignKey(Account, models.CASCADE, related_name="jobs")
    # The row the work is about, of whatever table its kind says.
    subject = models.UUIDField()
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    # Where the next step goes on; no personal data in it.
    place = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    stepped_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["stepped_at"], condition=models.Q(state__in=["waiting", "running"]), name="jobs_unfinished"
            ),
            models.Index(fields=["owner", "-created_at"], name="jobs_of_owner"),
            models.Index(fields=["subject"], name="jobs_of_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def is_over(self) -> bool:
        return self.state in (Job.State.DONE, Job.State.FAILED, Job.State.CANCELLED)

    @property
    def percent(self) -> int:
        """0–100, never 100 before the end."""
        if self.state == Job.State.DONE:
            return 100
        return min(99, 100 * self.done // self.total) if self.total else 0


class Heartbeat(models.Model):
    """When a process of the portal (worker, scheduler) was last seen at work."""

    name = models.CharField(max_length=32, primary_key=True)
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name
