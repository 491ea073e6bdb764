"""The one settings file. What differs between installations comes from the environment, parsed strictly.

An installation is local (demo, development, tests) when the environment gives no SECRET_KEY: the key is then the one
the set-up wrote into the var directory, and the defaults fit http on this machine. With a SECRET_KEY it is production:
HTTPS is on, and the names and the address of the site must be given.
"""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config.environment import BadSetting, Environment, gettext_noop

BASE_DIR = Path(__file__).resolve().parent.parent
environment = Environment()

# --- the installation -------------------------------------------------------------------------------------------------
VAR_DIR = Path(environment.text("VAR_DIR", str(BASE_DIR / "var")))
LOCAL = not environment.given("SECRET_KEY")
_local_key = VAR_DIR / "secret_key"
if LOCAL and not _local_key.is_file():
    raise BadSetting(
        "SECRET_KEY", "", gettext_noop("a random text of 50 characters or more (`make setup` writes one for local use)")
    )
INSTALLATION_MARK = VAR_DIR / "installation.json"
environment.refuse_other_kind(INSTALLATION_MARK, local=LOCAL)
SECRET_KEY = (
    _local_key.read_text().strip()
    if LOCAL
    else environment.text("SECRET_KEY", longer_than=49, allowed=gettext_noop("a random text of 50 characters or more"))
)
IDENTITY_KEY = environment.text(  # hashes identity numbers: it outlives a rotated SECRET_KEY
    "IDENTITY_KEY",
    SECRET_KEY if LOCAL else None,
    longer_than=31,
    allowed=gettext_noop("a random text of 32 characters or more"),
)
SECRET_KEY_FALLBACKS = environment.secrets("SECRET_KEY_FALLBACKS")  # keys of before: sessions signed with them hold
DEBUG = environment.flag("DEBUG", False)
if DEBUG and not LOCAL:
    raise BadSetting(
        "DEBUG", "on", gettext_noop("off where a SECRET_KEY is given: error pages would show settings to anyone")
    )
DEMO = environment.flag("DEMO", False)  # set by `make demo`: the log-in page says with which names one can log in
if DEMO and not LOCAL:
    raise BadSetting(
        "DEMO", "on", gettext_noop("off where a SECRET_KEY is given: the log-in page would show a published password")
    )
HTTPS = environment.flag("HTTPS", not LOCAL)
PORT = environment.number("PORT", 8000, least=1, most=65535)
ALLOWED_HOSTS = environment.names("ALLOWED_HOSTS", "localhost,127.0.0.1" if LOCAL else None)
SITE_URL = environment.origin("SITE_URL", f"http://localhost:{PORT}" if LOCAL else None)
SOURCE_URL = environment.link("SOURCE_URL")  # the licence entitles whoever uses the site to its source
CSRF_TRUSTED_ORIGINS = environment.origins("CSRF_TRUSTED_ORIGINS", "" if LOCAL else SITE_URL)
METRICS_FROM = environment.networks("METRICS_FROM", "127.0.0.1,::1")  # who may read /metrics
PROXIES = environment.number("PROXIES", 0, least=0, most=5)  # trusted reverse proxies in front of the site

# --- applications -----------------------------------------------------------------------------------------------------
PERMIT_KINDS = [
    "permits.tending",
    "permits.occupation",
    "permits.introduction",
    "permits.felling",
    *(found.value for found in entry_points(group="forestry_permits.kinds")),  # packages of their own
]
INSTALLED_APPS = [
    "roles",
    "permits",
    *PERMIT_KINDS,
    "workflows",
    "config.apps.SiteConfig",
    "django_prometheus",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "guardian",
    "viewflow",
    "viewflow.workflow",
    "django_q",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_tables2",
    "django_filters",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "csp",
]

MIDDLEWARE = [
    "config.logs.request_log",
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.methods.methods_middleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.privacy.no_store_middleware",
    "config.language.language_middleware",  # after the person is known: their language counts
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.errors.ErrorPages",
    "allauth.account.middleware.AccountMiddleware",
    "roles.entry.Entry",
    "roles.looks.one_look_middleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.navigation.navigation",
                "workflows.views.notifications.unread",
            ],
        },
    },
]
FORM_RENDERER = "config.widgets.Widgets"  # most widgets are written without a template

# --- database and jobs ------------------------------------------------------------------------------------------------
DATABASES = {"default": environment.database("DATABASE_URL", f"sqlite:///{VAR_DIR / 'db.sqlite3'}" if LOCAL else None)}
DATABASES |= environment.replica("REPLICA_URL", DATABASES["default"])  # permits/database/replica.py: what is read there
DATABASE_ROUTERS = ["roles.aside.AsideRouter"] if "replica" in DATABASES else []
REPLICA_LAG = environment.number("REPLICA_LAG", 60, least=1, most=86400)  # seconds; beyond, it is not read
for _database in DATABASES.values():
    _database["CONN_MAX_AGE"] = environment.number("CONN_MAX_AGE", 60, least=0, most=3600)
    _database["CONN_HEALTH_CHECKS"] = True
CACHES = {
    # one for all processes and machines: a code of a second factor is used once, attempts are counted together
    # beyond so many entries those of any age are thrown away: Django's 300 a stranger fills in a minute
    "default": {
        "BACKEND": "config.short_memory.ShortMemory",
        "LOCATION": "site_cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    },
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

WORKER_SILENCE = environment.number("WORKER_SILENCE", 60, least=5, most=3600)  # seconds until workers count as dead
JOB_SECONDS = 300
Q_CLUSTER = {
    "name": "permits",
    "orm": "default",  # a job is enqueued in the transaction of the act that needs it
    "broker_class": "config.job_queue.JobQueue",
    "cache": "process",  # what its monitor would show of a cluster, written twice a second
    "workers": environment.number("WORKERS", 2, least=1, most=32),
    "timeout": JOB_SECONDS,
    "retry": 600,  # a job whose worker died is delivered again after this; must exceed the timeout
    "max_attempts": 5,
    "poll": 1,
    "bulk": 1,
    "catch_up": False,
    "ack_failures": False,
    "label": _("Jobs"),
}

# --- the transparency log ---------------------------------------------------------------------------------------------
LOG_ORIGIN = environment.text("LOG_ORIGIN", "localhost/log" if LOCAL else f"{SITE_URL.partition('://')[2]}/log")
LOG_KEY = Path(environment.text("LOG_KEY", str(VAR_DIR / "log_key")))
LOG_WITNESSES = [key.strip() for key in environment.text("LOG_WITNESSES", "").split(",") if key.strip()]
WITNESS_URLS = environment.links("WITNESS_URLS")
CHECKPOINT_URL, CHECKPOINT_STORAGE = environment.checkpoints("CHECKPOINT_URL")

# --- the law ----------------------------------------------------------------------------------------------------------
ROLES_DIR: Path = environment.folder("ROLES_DIR") or BASE_DIR / "roles" / "data"
PARAMETERS_DIR = environment.folder("PARAMETERS_DIR")

# --- people -----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "roles.Person"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ANONYMOUS_USER_NAME = None  # guardian would make a person of the anonymous visitor
_validation = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": f"{_validation}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "email", "phone")},
    },
    {"NAME": f"{_validation}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{_validation}.CommonPasswordValidator"},
    {"NAME": f"{_validation}.NumericPasswordValidator"},
    {"NAME": "roles.passwords.VarietyValidator"},
    {"NAME": "roles.passwords.HistoryValidator"},
]
PASSWORD_MAX_DAYS = environment.number("PASSWORD_MAX_DAYS", 0 if LOCAL else 180, least=0, most=3650)  # 0: no end
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600  # a one-time link
REQUIRE_SECOND_FACTOR = environment.flag("REQUIRE_SECOND_FACTOR", not LOCAL)
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"

ACCOUNT_ADAPTER = "roles.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]  # nobody signs up; allauth reads from it that there are passwords
ACCOUNT_EMAIL_VERIFICATION = "none"  # addresses are entered by whoever keeps the account
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to strangers
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
ACCOUNT_FORMS = {
    "login": "roles.entry_forms.LoginForm",
    "change_password": "roles.entry_forms.PasswordForm",
    "reset_password": "roles.entry_forms.ResetForm",
    "user_token": "roles.entry_forms.LinkForm",
}
ACCOUNT_RATE_LIMITS = {
    "login": None, "login_failed": None,  # roles/locks.py: known to all processes
    "reset_password": "20/m/ip,5/h/key",  # five mails to one address: allauth's own is five a minute, without an end
}  # fmt: skip
MFA_ADAPTER = "roles.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_FORMS = {
    "authenticate": "roles.entry_forms.CodeForm",
    "reauthenticate": "roles.entry_forms.CodeAgainForm",
    "activate_totp": "roles.entry_forms.AppForm",
    "login_webauthn": "roles.passkey_forms.PasskeyAloneForm",
    "authenticate_webauthn": "roles.passkey_forms.PasskeyCodeForm",
    "reauthenticate_webauthn": "roles.passkey_forms.PasskeyAgainForm",
    "add_webauthn": "roles.passkey_forms.PasskeyForm",
    "edit_webauthn": "roles.passkey_forms.PasskeyNameForm",
}
USERSESSIONS_ADAPTER = "roles.adapters.SessionsAdapter"
SOCIALACCOUNT_ADAPTER = "roles.oidc.OidcAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a link: a form that led to another site would breach the policy below
OIDC_CLAIM = environment.text("OIDC_CLAIM", "preferred_username")
SOCIALACCOUNT_PROVIDERS = environment.oidc("OIDC_URL", "OIDC_CLIENT_ID", "OIDC_SECRET", "OIDC_NAME", local=LOCAL)

# --- language and time ------------------------------------------------------------------------------------------------
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_CODE = environment.choice("LANGUAGE", "zh-hans", [code for code, _name in LANGUAGES])
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"  # statutory periods are counted in the days of this zone

# --- files ------------------------------------------------------------------------------------------------------------
NODE_MODULES = BASE_DIR / "node_modules"
STATIC_URL = "static/"
STATIC_ROOT = Path(environment.text("STATIC_DIR", str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static", ("manuals", BASE_DIR / "docs" / "manuals" / "pictures")]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "config.assets.AppFinder",
    "config.assets.PackageFinder",
]
FONT_DIR = NODE_MODULES / "@expo-google-fonts" / "noto-serif-sc"  # embedded in documents, not served
MEDIA_ROOT = Path(environment.text("MEDIA_DIR", str(VAR_DIR / "materials")))  # never served by address, only by views
MEDIA_URL = "never-served/"
SEAL_DIR = Path(environment.text("SEAL_DIR", str(VAR_DIR / "seal")))
SEAL_PASSPHRASE = environment.text("SEAL_PASSPHRASE", "")
DOCUMENT_SIGNER = environment.text("DOCUMENT_SIGNER", "")  # a function that gives an agency's signer: a seal server
TEST_SEAL = environment.flag("TEST_SEAL", LOCAL)  # whether the test seal seals for agencies that have none
STORAGES = {
    "default": environment.storage("STORAGE_URL"),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "config.assets.SiteStaticStorage",
    },
}
MAX_UPLOAD_MB = environment.number("MAX_UPLOAD_MB", 50, least=1, most=2000)
UNIT_QUOTA_MB = environment.number("UNIT_QUOTA_MB", 5000, least=1, most=10_000_000)
CLAMD_URL = environment.scanner("CLAMD_URL")
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024  # the fields of a form; files are bounded by MAX_UPLOAD_MB
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # a table of 500 sub-compartments edited by hand

# --- security ---------------------------------------------------------------------------------------------------------
SESSION_ENGINE = "roles.sessions"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600  # a working day; no session lasts longer, however it is used
SESSION_IDLE_MINUTES = environment.number("SESSION_IDLE_MINUTES", 720 if LOCAL else 30, least=1, most=720)
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]  # asked on this machine, past the proxy
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # the style sheet's own icons are data addresses
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],  # a handed-in PDF beside the opinion
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- pages ------------------------------------------------------------------------------------------------------------
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False
DJANGO_TABLES2_TEMPLATE = "components/table.html"
DJANGO_TABLES2_TABLE_ATTRS = {"class": "table table-vcenter card-table"}

# --- e-mail and log ---------------------------------------------------------------------------------------------------
MAIL_DIR = VAR_DIR.absolute() / "mail"  # on the screen the example cases' mails would bury who can log in
_mail = environment.email("EMAIL_URL", MAIL_DIR.as_uri() if LOCAL else "console:")
EMAIL_BACKEND, EMAIL_FILE_PATH, EMAIL_TIMEOUT = (_mail[f"EMAIL_{one}"] for one in ("BACKEND", "FILE_PATH", "TIMEOUT"))
EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"], _mail["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"], _mail["EMAIL_HOST_PASSWORD"]
EMAIL_USE_SSL, EMAIL_USE_TLS = _mail["EMAIL_USE_SSL"], _mail["EMAIL_USE_TLS"]
DEFAULT_FROM_EMAIL = SERVER_EMAIL = environment.text("EMAIL_FROM", "permits@localhost")
LOG_LEVEL = environment.choice("LOG_LEVEL", "INFO", ["DEBUG", "INFO", "WARNING", "ERROR"])
LOG_FORMAT = environment.choice("LOG_FORMAT", "line" if LOCAL else "json", ["line", "json"])
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
        "json": {"()": "config.logs.json_lines"},
    },
    "filters": {"context": {"()": "config.logs.Context"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["context"]}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        **{name: {"level": "WARNING"} for name in ("django-q", "fontTools", "pyhanko")},
        "pikepdf": {"level": "ERROR"},
        "django.request": {"level": "ERROR"},  # what a visitor did wrong is in the line of the request
        "config.logs": {"level": "WARNING" if LOG_FORMAT == "line" else "NOTSET"},  # a line for each request and act
    },
}
