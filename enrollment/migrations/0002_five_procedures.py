"""Procedures kept as applications began with them, holders with profiles, papers, proofs."""

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import tte_portal.fields


class Migration(migrations.Migration):
    dependencies = [
        ("enrollment", "0001_initial"),
        ("tte_portal", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="application",
            name="city",
            field=models.CharField(blank=True, max_length=100, verbose_name="kabupaten / kota"),
        ),
        migrations.AddField(
            model_name="application",
            name="ktp_photo",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="tte_portal.sealedfile",
            ),
        ),
        migrations.AddField(
            model_name="application",
            name="ktp_photo_findings",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="application",
            name="phone_proven_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="application",
            name="referral",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="application",
            name="second_photo",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="tte_portal.sealedfile",
            ),
        ),
        migrations.AddField(
            model_name="consent",
            name="withdrawn_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="institution",
            name="colour",
            field=models.CharField(
                blank=True, help_text="Misalnya #0b5cab. Kosong: warna portal.", max_length=7, verbose_name="warna"
            ),
        ),
        migrations.AddField(
            model_name="institution",
            name="logo",
            field=models.BinaryField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="institution",
            name="mail_sender",
            field=models.CharField(blank=True, max_length=100, verbose_name="nama pengirim surel"),
        ),
        migrations.AddField(
            model_name="institution",
            name="procedure_changes",
            field=models.JSONField(default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="institution",
            name="subject_prefix",
            field=models.CharField(
                blank=True,
                help_text="Misalnya [TTE]. Kosong: awalan portal.",
                max_length=20,
                verbose_name="awalan subjek surel",
            ),
        ),
        migrations.AlterField(
            model_name="mailboxrequest",
            name="purpose",
            field=models.CharField(
                choices=[("activation", "tautan aktivasi"), ("status", "tautan status"), ("account", "tautan akun")],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="role",
            name="kind",
            field=models.CharField(
                choices=[
                    ("verifier", "Verifikator"),
                    ("issuer", "Penerbit"),
                    ("hr", "Kepegawaian"),
                    ("opd-operator", "Operator OPD"),
                    ("help-desk", "Meja bantuan"),
                    ("report-reader", "Pembaca laporan"),
                    ("administrator", "Administrator"),
                ],
                max_length=20,
                verbose_name="peran",
            ),
        ),
        migrations.CreateModel(
            name="Holder",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("mailbox", models.EmailField(blank=True, max_length=254, verbose_name="surel dinas")),
                ("mailbox_proven_at", models.DateTimeField(null=True)),
                ("mailbox_asked", models.EmailField(blank=True, max_length=254)),
                ("nik", tte_portal.fields.SealedTextField(default="", verbose_name="NIK")),
                ("nik_index", models.BinaryField(max_length=32, null=True)),
                ("phone", tte_portal.fields.SealedTextField(default="", verbose_name="nomor telepon")),
                ("whatsapp", tte_portal.fields.SealedTextField(default="", verbose_name="nomor WhatsApp")),
                ("private_mailbox", tte_portal.fields.SealedTextField(default="", verbose_name="surel pribadi")),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="holder", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="holders", to="enrollment.institution"
                    ),
                ),
                (
                    "record",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="holder",
                        to="enrollment.personnelrecord",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Identity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("issuer", models.URLField()),
                ("subject", models.CharField(max_length=255)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="identities",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Paper",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("statement-letter", "Surat Pernyataan"),
                            ("ktp", "KTP"),
                            ("signature-specimen", "Spesimen Tanda Tangan"),
                            ("recommendation-letter", "Surat Rekomendasi"),
                        ],
                        max_length=24,
                    ),
                ),
                ("pages", models.PositiveSmallIntegerField(default=1)),
                ("findings", models.JSONField(default=list)),
                ("signed", models.BooleanField(default=False)),
                ("signature_intact", models.BooleanField(null=True)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "application",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="papers",
                        to="enrollment.application",
                    ),
                ),
                (
                    "copy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tte_portal.sealedfile"
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="papers",
                        to="enrollment.holder",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="enrollment.institution"
                    ),
                ),
                (
                    "original",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tte_portal.sealedfile"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PhoneCode",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("phone_index", models.BinaryField(max_length=32)),
                ("code_hash", models.BinaryField(max_length=32)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("expires_at", models.DateTimeField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("used_at", models.DateTimeField(null=True)),
                ("replaced_at", models.DateTimeField(null=True)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="phone_codes",
                        to="enrollment.application",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ProcedureVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("slug", models.SlugField()),
                ("values", models.JSONField()),
                ("kept_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "indexes": [models.Index(fields=["slug"], name="procedure_versions_of")],
            },
        ),
        migrations.AddField(
            model_name="application",
            name="procedure",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="applications",
                to="enrollment.procedureversion",
            ),
        ),
        migrations.CreateModel(
            name="ProfileChange",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("field", models.CharField(max_length=40)),
                ("old", tte_portal.fields.SealedTextField(default="")),
                ("new", tte_portal.fields.SealedTextField(default="")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "menunggu persetujuan"),
                            ("approved", "disetujui"),
                            ("refused", "ditolak"),
                            ("withdrawn", "dibatalkan"),
                        ],
                        default="waiting",
                        max_length=12,
                    ),
                ),
                ("asked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("decided_at", models.DateTimeField(null=True)),
                ("reason", tte_portal.fields.SealedTextField(default="")),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "evidence",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="enrollment.paper"
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="enrollment.holder"
                    ),
                ),
            ],
            options={
                "ordering": ["asked_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=40)),
                ("began_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="readings",
                        to="enrollment.application",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code_hash", models.BinaryField(max_length=32)),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recovery_codes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Registration",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("receipt", models.CharField(max_length=20, unique=True)),
                ("answers", tte_portal.fields.SealedJSONField(default=dict)),
                ("papers", models.JSONField(default=list)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="enrollment.institution"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="holder",
            index=models.Index(fields=["mailbox"], name="holders_by_mailbox"),
        ),
        migrations.AddConstraint(
            model_name="identity",
            constraint=models.UniqueConstraint(fields=("issuer", "subject"), name="identity_once"),
        ),
        migrations.AddIndex(
            model_name="paper",
            index=models.Index(fields=["application", "kind", "-at"], name="papers_of_application"),
        ),
        migrations.AddIndex(
            model_name="paper",
            index=models.Index(fields=["holder", "kind", "-at"], name="papers_of_holder"),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(("application__isnull", False), ("holder__isnull", False), _connector="OR"),
                name="paper_has_an_owner",
            ),
        ),
        migrations.AddConstraint(
            model_name="phonecode",
            constraint=models.UniqueConstraint(
                condition=models.Q(("replaced_at", None), ("used_at", None)),
                fields=("application",),
                name="one_open_phone_code",
            ),
        ),
        migrations.AddIndex(
            model_name="profilechange",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["asked_at", "id"], name="profile_changes_queue"
            ),
        ),
        migrations.AddConstraint(
            model_name="profilechange",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "waiting")), fields=("holder", "field"), name="one_waiting_change_a_field"
            ),
        ),
        migrations.AddConstraint(
            model_name="reading",
            constraint=models.UniqueConstraint(fields=("application", "text"), name="reading_once"),
        ),
        migrations.AddIndex(
            model_name="registration",
            index=models.Index(fields=["created_at"], name="registrations_by_age"),
        ),
    ]
