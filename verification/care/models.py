"""What looks after the officers: their agreement, sign-ins, absences, and the reminders of waiting cases."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.formats import date_format

from enrollment.models import Application, Institution
from enrollment.scoping import Scoped
from tte_portal.models import Account

DAY = "j F Y"


class AgreementText(models.Model):
    """One version of the verifiers' agreement, kept as it stood: what was agreed to can be shown."""

    version = models.CharField(max_length=20, unique=True)
    text = models.TextField()

    def __str__(self) -> str:
        return self.version


class Agreement(models.Model):
    """That an officer agreed to one version, and when."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="agreements")
    text = models.ForeignKey(AgreementText, models.PROTECT)
    agreed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "text"], name="agreement_once")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.text}"


class SignIn(models.Model):
    """One browser in which an officer has signed in. The session names it; ended here, the session is worth nothing."""

    class Ended(models.TextChoices):
        SIGNED_OUT = "signed-out", "keluar sendiri"
        IDLE = "idle", "tidak ada kegiatan"
        ELSEWHERE = "elsewhere", "dikeluarkan dari perangkat lain"
        ADMINISTRATOR = "administrator", "dikeluarkan administrator"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="sign_ins")
    # In plain words, and the address cut short: enough to know one's own, too little to trace a person.
    device = models.CharField(max_length=60)
    address = models.CharField(max_length=40, blank=True)
    since = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    ended_how = models.CharField(max_length=16, choices=Ended, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["account", "-seen_at"], name="sign_ins_of_account")]

    def __str__(self) -> str:
        return f"{self.device} {self.id}"


class Absence(models.Model):
    """An officer who is away, and the colleague who holds the same roles there meanwhile."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey(Institution, models.CASCADE, related_name="absences")
    account = models.ForeignKey(Account, models.CASCADE, related_name="absences")
    stand_in = models.ForeignKey(Account, models.CASCADE, related_name="stands_in")
    begins = models.DateTimeField()
    # An absence that is ended early ends then.
    ends = models.DateTimeField()
    told_by = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    # When the cases that the absent officer held went back into the queue.
    released_at = models.DateTimeField(null=True)

    objects = Scoped("institution")

    class Meta:
        ordering: ClassVar = ["begins"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(account=F("stand_in")), name="nobody_stands_in_for_themselves"),
        ]
        indexes: ClassVar = [models.Index(fields=["institution", "ends"], name="absences_of_institution")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.begins:%Y-%m-%d}"

    @property
    def told_begins(self) -> str:
        """The first day, by the institution's clock."""
        return date_format(self._local(self.begins), DAY)

    @property
    def told_ends(self) -> str:
        """The last day, for people say "until the 25th" and not "until the 26th at midnight"; the hour where it ends
        in the middle of a day."""
        ends = self._local(self.ends)
        if (ends.hour, ends.minute) == (0, 0):
            return f"akhir {date_format(ends - timedelta(days=1), DAY)}"
        return f"{date_format(ends, DAY)} pukul {ends:%H.%M}"

    @property
    def has_begun(self) -> bool:
        return self.begins <= timezone.now()

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(ZoneInfo(self.institution.time_zone))


class Reminders(models.Model):
    """How an institution has its officers reminded; without a row the defaults hold."""

    institution = models.OneToOneField(Institution, models.CASCADE, primary_key=True, related_name="reminders")
    digest_hour = models.PositiveSmallIntegerField(
        "jam surel ringkasan", default=7, validators=[MaxValueValidator(23)],
        help_text="Jam 0 sampai 23, waktu setempat. Surel hanya dikirim bila ada yang menunggu.",
    )  # fmt: skip
    urgent_after_hours = models.PositiveSmallIntegerField(
        "ingatkan segera setelah (jam)", default=48, validators=[MinValueValidator(1), MaxValueValidator(720)],
        help_text="Bila sebuah pengajuan menunggu lebih lama dari ini, petugas langsung diingatkan lewat surel.",
    )  # fmt: skip

    objects = Scoped("institution")

    class Meta:
        verbose_name = "pengingat petugas"
        verbose_name_plural = "pengingat petugas"

    def __str__(self) -> str:
        return str(self.institution)


class Digest(models.Model):
    """That an institution's officers were told of what waits on that day, in its own time zone."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="+")
    day = models.DateField()

    objects = Scoped("institution")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["institution", "day"], name="one_digest_a_day")]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.day}"


class LongWait(models.Model):
    """That officers were told at once of a case which has waited too long: once for each stage it waits in."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="+")
    since = models.DateTimeField()

    objects = Scoped("application__institution")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["application", "since"], name="told_once_a_stage")]

    def __str__(self) -> str:
        return str(self.application_id)


class Preference(models.Model):
    """What an officer has chosen."""

    account = models.OneToOneField(Account, models.CASCADE, primary_key=True, related_name="preference")
    daily_digest = models.BooleanField(default=True)

    def __str__(self) -> str:
        return str(self.account_id)
