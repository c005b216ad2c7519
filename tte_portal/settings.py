"""Django's settings, every value from the environment (see ``docs/operating.md`` for the table)."""

from typing import Any

from celery.schedules import crontab
from csp.constants import NONE, SELF

from tte_portal import environment

# --- Mode -------------------------------------------------------------------------------------------------------
MODE = environment.mode()
DEMO = MODE == "demo"
TESTING = MODE == "test"
DEBUG = False
ROOT = environment.ROOT
VAR = environment.var_folder()
# Who issues: "embedded", the portal's own authority, or "bsre", where the portal holds no keys (docs/bsre.md).
AUTHORITY = environment.text("TTE_AUTHORITY", "embedded")

# --- Where it is reached ----------------------------------------------------------------------------------------
PORT = environment.number("PORT", 8000)
BASE_URL = environment.text("TTE_BASE_URL", f"http://127.0.0.1:{PORT}").rstrip("/")
ALLOWED_HOSTS = environment.words("TTE_ALLOWED_HOSTS", "" if MODE == "production" else "127.0.0.1,localhost,testserver")
CSRF_TRUSTED_ORIGINS = environment.words("TTE_TRUSTED_ORIGINS")
HTTPS = BASE_URL.startswith("https://")
# How many reverse proxies of our own stand in front: so many entries of X-Forwarded-For are believed.
TRUSTED_PROXIES = environment.number("TTE_TRUSTED_PROXIES", 0)
ROOT_URLCONF = "tte_portal.urls"
WSGI_APPLICATION = "tte_portal.wsgi.application"

# --- Secrets ----------------------------------------------------------------------------------------------------
SECRET_KEY = environment.secret("TTE_SECRET_KEY")
# Key ring for data at rest: "id:base64,id:base64", the first is used to encrypt, all to decrypt.
DATA_KEYS = environment.secret("TTE_DATA_KEYS")
INDEX_KEY = environment.secret("TTE_INDEX_KEY")
LINK_KEY = environment.secret("TTE_LINK_KEY")
AUDIT_KEY = environment.secret("TTE_AUDIT_KEY")
# Of keys that the portal holds: with another authority it needs neither, but for what it issued itself before.
_of_keys = environment.secret if AUTHORITY == "embedded" else environment.optional_secret
SIGNING_KEY_PEPPER = _of_keys("TTE_SIGNING_KEY_PEPPER")
AUTHORITY_PASSWORD = _of_keys("TTE_AUTHORITY_PASSWORD")
# The authority's own keys in PEM, where the operator brings them; empty: the portal makes them and keeps them as below.
AUTHORITY_KEY = environment.from_file("TTE_AUTHORITY_KEY") or environment.text("TTE_AUTHORITY_KEY", "")

# --- Apps -------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "verification.apps.VerificationConfig",
    "verification.bulk",
    "verification.people",
    "verification.helpdesk",
    "verification.certificates",
    "verification.care",
    "verification.reports",
    "verification.exports",
    "passphrase",
    "passphrase.esign",
    "passphrase.signing",
    "passphrase.bsre",
    "enrollment",
    "enrollment.collective",
    "tte_portal",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "verification.apps.PortalAdminConfig",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "axes",
    "csp",
    "rest_framework",
]
MIDDLEWARE = [
    "tte_portal.middleware.AccessLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "tte_portal.middleware.ProgramsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tte_portal.middleware.BrowserPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "tte_portal.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "verification.care.middleware.CareMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tte_portal.context.portal",
            ]
        },
    }
]

# --- Stores -----------------------------------------------------------------------------------------------------
DATABASES = {"default": environment.database(environment.service_url("DATABASE_URL"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = environment.service_url("REDIS_URL")
# Each process's own memory; tests see what they have just written. Nothing but the usual waiting times is kept in it.
_MEMORY = "dummy.DummyCache" if TESTING else "locmem.LocMemCache"
CACHES = {"default": {"BACKEND": f"django.core.cache.backends.{_MEMORY}"}}
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [ROOT / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR / "media"}},
    # Scans and photos, encrypted, one data key a file; the keys lie in a store of their own with shorter backups.
    "sealed_files": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR / "media"}},
    # Lists of people on their way to whoever asked for them; nothing in it needs a backup.
    "sealed_streams": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR / "exports"},
    },
    "data_keys": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR / "data-keys"}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if TESTING:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

# --- People who sign in -----------------------------------------------------------------------------------------
AUTH_USER_MODEL = "tte_portal.Account"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "tte_portal.passwords.GuessableValidator"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
LOGIN_URL = "admin:login"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_NAME = "tte_petugas"
# An officer without a request for so long is signed out: desks stand in open offices.
IDLE_MINUTES = environment.number("TTE_IDLE_MINUTES", 30)
# Cases that one bulk decision may be about: as many as an officer can answer for, having seen the list of them.
BULK_MOST = environment.number("TTE_BULK_MOST", 200)
OTP_TOTP_ISSUER = "TTE Portal"
AXES_FAILURE_LIMIT = environment.number("TTE_LOGIN_FAILURES", 10)
AXES_COOLOFF_TIME = 0.25  # hours
# By name alone: guesses from a thousand addresses count as one guesser's.
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_USERNAME_CALLABLE = "tte_portal.accounts.hashed_login"
AXES_CLIENT_IP_CALLABLE = "tte_portal.throttles.client_address"
AXES_LOCKOUT_TEMPLATE = "429.html"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# axes would keep the name of every successful sign-in in the clear; the portal's audit trail knows who came.
AXES_DISABLE_ACCESS_LOG = True
AXES_SENSITIVE_PARAMETERS = ["username", "password", "code", "ip_address"]
AXES_RESET_ON_SUCCESS = True

# --- Single sign-on: providers of institutions, JSON {"slug": {"issuer", "client_id", "client_secret", "claim"}} ----
OIDC_PROVIDERS = environment.oidc_providers("OIDC_PROVIDERS")

# --- Language and time ------------------------------------------------------------------------------------------
LANGUAGE_CODE = "id"
TIME_ZONE = environment.text("TTE_TIME_ZONE", "Asia/Jakarta")
USE_I18N = True
USE_TZ = True

# --- Browser policy ---------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "blob:", "data:"],
        "media-src": [SELF, "blob:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
# The origin alone: neither another host nor our own log ever reads the path of a link out of a Referer.
SECURE_REFERRER_POLICY = "strict-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS and environment.flag("TTE_HTTPS_REDIRECT", True)
# Addresses in certificates are plain HTTP: whoever checks a certificate cannot need another one for that first.
SECURE_REDIRECT_EXEMPT = [r"^pki/"]
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_FAILURE_VIEW = "tte_portal.views.csrf_failure"

# --- Uploads ----------------------------------------------------------------------------------------------------
PHOTO_MAX_BYTES = 12 * 2**20
PHOTO_MAX_PIXELS = 25_000_000
# At most PHOTO_MAX_BYTES, where the upload handler stops reading.
PAPER_MAX_BYTES = 10 * 2**20
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
# More than any form asks; each is read into memory up to its limit.
DATA_UPLOAD_MAX_NUMBER_FILES = 6
# Uploads stay in memory: a spooled temporary file would hold a face in the clear on the disk.
FILE_UPLOAD_HANDLERS = ["tte_portal.files.BoundedMemoryUploadHandler"]

# --- Mail -------------------------------------------------------------------------------------------------------
EMAIL_URL = environment.from_file("EMAIL_URL") or environment.text("EMAIL_URL", "")
if EMAIL_URL:
    globals().update(environment.email(EMAIL_URL))
elif MODE == "production":
    EMAIL_HOST = "localhost"
else:
    # The demo delivers nowhere: /kotak-keluar/ renders what the outbox says was sent.
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = environment.text("TTE_MAIL_FROM", "TTE Portal <tte@portal.example>")
# Only the demo speaks with the national authority's prefix; an embedded authority must not pass for it.
MAIL_PREFIX = environment.text("TTE_MAIL_PREFIX", "[TTE]" if MODE == "production" else "[BSrE]")
# The last line of every mail: which authority issues the certificate.
AUTHORITY_LINE = environment.text(
    "TTE_AUTHORITY_LINE",
    "Sertifikat diterbitkan oleh Balai Sertifikasi Elektronik (BSrE); kuncinya tidak disimpan di portal ini."
    if AUTHORITY == "bsre"
    else "Sertifikat diterbitkan oleh Otoritas Percobaan TTE Portal, untuk uji coba dan pelatihan; bukan oleh BSrE.",
)
AUDIT_MAILBOX = environment.text("TTE_AUDIT_MAILBOX", "")

# --- WhatsApp (Cloud API): all of the first four, or none ----------------------------------------------------------
WHATSAPP_TOKEN = environment.from_file("WHATSAPP_TOKEN") or environment.text("WHATSAPP_TOKEN", "")
WHATSAPP_PHONE_NUMBER_ID = environment.text("WHATSAPP_PHONE_NUMBER_ID", "")
WHATSAPP_APP_SECRET = environment.from_file("WHATSAPP_APP_SECRET") or environment.text("WHATSAPP_APP_SECRET", "")
WHATSAPP_VERIFY_TOKEN = environment.from_file("WHATSAPP_VERIFY_TOKEN") or environment.text("WHATSAPP_VERIFY_TOKEN", "")
WHATSAPP_URL = environment.text("WHATSAPP_URL", "https://graph.facebook.com").rstrip("/")
WHATSAPP_VERSION = environment.text("WHATSAPP_VERSION", "v24.0")
WHATSAPP_TIMEOUT = environment.number("WHATSAPP_TIMEOUT", 10)
WHATSAPP_CODE_TEMPLATE = environment.text("WHATSAPP_CODE_TEMPLATE", "tte_kode")
WHATSAPP_LINK_TEMPLATE = environment.text("WHATSAPP_LINK_TEMPLATE", "tte_passphrase")
WHATSAPP_LANGUAGE = environment.text("WHATSAPP_LANGUAGE", "id")
# After so long without word of a delivery the same message goes by mail.
WHATSAPP_SILENCE_SECONDS = environment.number("WHATSAPP_SILENCE_SECONDS", 300)

# --- REST: JSON and no pages, described by OpenAPI (/api/schema/); each interface says who may ask --------------------
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
}

SPECTACULAR_SETTINGS = {
    "APPEND_COMPONENTS": {
        "securitySchemes": {
            "esign": {
                "type": "http",
                "scheme": "basic",
                "description": "Nama masuk dan rahasia aplikasi yang terhubung.",
            }
        }
    }
}
# How many days the log of connected applications' requests goes back.
API_LOG_DAYS = environment.number("TTE_API_LOG_DAYS", 180)

# --- Celery -----------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# The portal's truth is in PostgreSQL and found by sweeps: a task that Redis loses is only late.
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 300, "socket_timeout": 5, "socket_connect_timeout": 2}
CELERY_TASK_TIME_LIMIT = 120
CELERY_TIMEZONE = TIME_ZONE
SWEEP_SECONDS = environment.number("TTE_SWEEP_SECONDS", 60 if MODE == "production" else 5)
CELERY_BEAT_SCHEDULE = {
    "outbox": {"task": "tte_portal.tasks.sweep_outbox", "schedule": SWEEP_SECONDS},
    "heartbeat": {"task": "tte_portal.tasks.heartbeat", "schedule": SWEEP_SECONDS},
    "housekeeping": {"task": "tte_portal.tasks.housekeeping", "schedule": crontab(minute="17")},
    "audit-head": {"task": "tte_portal.tasks.send_audit_head", "schedule": crontab(hour="*/6", minute="0")},
    "retention": {"task": "enrollment.tasks.forget_abandoned", "schedule": crontab(minute="37")},
    "enrollment": {"task": "enrollment.tasks.sweep", "schedule": SWEEP_SECONDS},
    "lapsing": {"task": "enrollment.tasks.sweep_lapsing", "schedule": crontab(minute="*/10")},
    "matching": {"task": "enrollment.tasks.sweep_matching", "schedule": max(SWEEP_SECONDS, 30)},
    "registrations": {"task": "enrollment.tasks.sweep_registrations", "schedule": SWEEP_SECONDS},
    "certificates": {"task": "passphrase.tasks.sweep", "schedule": SWEEP_SECONDS},
    "ending": {"task": "passphrase.tasks.remind", "schedule": crontab(minute="*/10")},
    "signing": {"task": "passphrase.signing.tasks.sweep", "schedule": SWEEP_SECONDS},
    "pki": {"task": "passphrase.tasks.sweep_pki", "schedule": max(SWEEP_SECONDS, 30)},
    "jobs": {"task": "tte_portal.tasks.sweep_jobs", "schedule": max(SWEEP_SECONDS, 30)},
    "exports": {"task": "verification.exports.tasks.sweep", "schedule": max(SWEEP_SECONDS, 30)},
    "months": {"task": "verification.exports.tasks.send_months", "schedule": max(SWEEP_SECONDS, 60)},
    "reminders": {"task": "verification.care.tasks.remind", "schedule": max(SWEEP_SECONDS, 60)},
    "sign-ins": {"task": "verification.care.tasks.keep_house", "schedule": crontab(hour="3", minute="47")},
    "reports": {"task": "verification.reports.tasks.sweep", "schedule": max(SWEEP_SECONDS, 30)},
    "reports-recount": {"task": "verification.reports.tasks.recount", "schedule": crontab(hour="2", minute="47")},
    "api-calls": {"task": "passphrase.esign.tasks.forget_old", "schedule": crontab(minute="27")},
    "registry": {"task": "verification.certificates.tasks.ask_registry", "schedule": crontab(minute="*/10")},
    "people": {"task": "verification.people.tasks.forget_old", "schedule": crontab(hour="3", minute="17")},
    "mailboxes": {"task": "enrollment.collective.tasks.sweep", "schedule": SWEEP_SECONDS},
}
if AUTHORITY == "bsre":
    CELERY_BEAT_SCHEDULE["bsre"] = {"task": "passphrase.bsre.tasks.sweep", "schedule": max(SWEEP_SECONDS, 30)}

# --- Authority --------------------------------------------------------------------------------------------------
# The embedded authority is for pilots, training and internal use: PP 71/2019 art. 63 leaves holders' keys to a PSrE.
EMBEDDED_AUTHORITY = AUTHORITY == "embedded"
# The institution's E-Sign client service: one for all, or JSON {"institution": {"url", "user", "password"}}; or both.
BSRE = {
    name: environment.from_file(name) or environment.text(name, "")
    for name in ("TTE_BSRE_URL", "TTE_BSRE_USER", "TTE_BSRE_PASSWORD", "TTE_BSRE_INSTITUTIONS")
} | {"TTE_BSRE_API": environment.text("TTE_BSRE_API", "v2")}
BSRE_ANSWER_SECONDS = environment.number("TTE_BSRE_ANSWER_SECONDS", 20)
# Where its keys lie: "files" (under TTE_VAR/authority), or the dotted path of a KeyStore (a hardware module's, say).
AUTHORITY_KEYS = environment.text("TTE_AUTHORITY_KEYS", "files")
# Holders' keys: P-256, or RSA-3072 where a partner system cannot verify elliptic curves.
SIGNING_KEY_ALGORITHM = environment.text("TTE_SIGNING_KEY_ALGORITHM", "P-256")

# --- Procedures -------------------------------------------------------------------------------------------------
# A folder with further procedure files, beside those of enrollment/procedures/; empty: there is none.
PROCEDURES = environment.text("TTE_PROCEDURES", "")
# Shortens the pause between issue and ACTIVE for demonstrations, in seconds; empty keeps each procedure's own.
DEMO_PAUSE_SECONDS = environment.text("TTE_DEMO_PAUSE_SECONDS", "")
# Whether a demonstration begins with somebody at each stage of each procedure; else with nobody on the way.
DEMO_STAGES = environment.flag("TTE_DEMO_STAGES", default=AUTHORITY == "embedded")

# --- Registries -------------------------------------------------------------------------------------------------
# Which adapters answer: short names of enrollment/registries/__init__.py, or dotted paths of classes.
PERSONNEL_REGISTRY = environment.text("TTE_PERSONNEL_REGISTRY", "imported")
CIVIL_REGISTRY = environment.text("TTE_CIVIL_REGISTRY", "demo" if DEMO else "unknown")
REGISTRY_CONNECT_SECONDS = environment.number("TTE_REGISTRY_CONNECT_SECONDS", 3)
REGISTRY_ANSWER_SECONDS = environment.number("TTE_REGISTRY_ANSWER_SECONDS", 10)
# After so many failures in a row a registry's server is not asked for so many seconds.
REGISTRY_FAILURES = environment.number("TTE_REGISTRY_FAILURES", 5)
REGISTRY_REST_SECONDS = environment.number("TTE_REGISTRY_REST_SECONDS", 60)
SIASN_CACHE_SECONDS = environment.number("SIASN_CACHE_SECONDS", 300)
SIASN = {
    name: environment.from_file(name) or environment.text(name, "")
    for name in (
        "SIASN_URL", "SIASN_KEY", "SIASN_SECRET",
        "SIASN_SSO_URL", "SIASN_SSO_CLIENT", "SIASN_SSO_LOGIN", "SIASN_SSO_PASSWORD",
    )
}  # fmt: skip
CIVIL_URL = environment.text("TTE_CIVIL_URL", "")
CIVIL_TOKEN = environment.from_file("TTE_CIVIL_TOKEN") or environment.text("TTE_CIVIL_TOKEN", "")

# --- Mailboxes: who makes them ("export": the mail administrator, from a file; "cpanel"; or a dotted path) -------
MAILBOXES = environment.text("TTE_MAILBOXES", "export")
MAILBOX_QUOTA_MB = environment.number("TTE_MAILBOX_QUOTA_MB", 1024)
CPANEL = {
    name: environment.from_file(name) or environment.text(name, "")
    for name in ("CPANEL_URL", "CPANEL_USER", "CPANEL_TOKEN")
}
CPANEL_ANSWER_SECONDS = environment.number("CPANEL_ANSWER_SECONDS", 20)

# --- Logs: never a path with a token, never an identity number ---------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"masked": {"()": "tte_portal.logs.Masked"}, "raised": {"()": "tte_portal.logs.Raised"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["masked"], "formatter": "line"}},
    "root": {"handlers": ["console"], "level": environment.text("TTE_LOG_LEVEL", "WARNING")},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        # Its lines hold the addresses that are asked, and SIASN's end in a NIP.
        "urllib3": {"level": "ERROR"},
        # Every error page would be a line here, each probe of /readyz too; what was raised is logged all the same.
        "django.request": {"handlers": [], "propagate": True, "filters": ["raised"]},
    },
}
# Counting by address too would lock a whole office behind one router for one colleague who forgot a password.
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
