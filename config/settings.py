"""
Settings for every way of running Longrun.

The embedded defaults (SQLite, Valkey on a unix socket, mail into a folder) need no
environment at all. `LONGRUN_PRODUCTION=1` asks for the real thing: then the secret key and
the host names must be given, and everything travels over HTTPS.
"""

import os
import sqlite3
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config.embedded import broker_and_cache_urls, read_or_make_secret, wal_is_safe

# Estimates are the same to the last digit on every machine only where one thread adds them up,
# and their small matrices are three times as fast so. It is read when numpy is first imported.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.str("LONGRUN_DATA", default="") or BASE_DIR / "var").expanduser().absolute()

SHORTEST_SECRET = 50  # as Django's own deployment check asks
PRODUCTION = env.bool("LONGRUN_PRODUCTION", default=False)
DEBUG = env.bool("LONGRUN_DEBUG", default=False)

if PRODUCTION:
    SECRET_KEY = env.str("SECRET_KEY", default="")
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
    if not SECRET_KEY or not ALLOWED_HOSTS:
        raise ImproperlyConfigured(
            "LONGRUN_PRODUCTION is set, so SECRET_KEY and ALLOWED_HOSTS must be set too"
        )
    if len(SECRET_KEY) < SHORTEST_SECRET:
        raise ImproperlyConfigured(
            f"SECRET_KEY has {len(SECRET_KEY)} characters; production needs {SHORTEST_SECRET} or more"
        )
else:
    SECRET_KEY = env.str("SECRET_KEY", default="") or read_or_make_secret(DATA_DIR)
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])

INSTALLED_APPS = [
    "config",
    "engagement",
    "tracker",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.forms",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "config.navigation.teams",
            ],
        },
    },
]

FORM_RENDERER = "config.forms.FormRenderer"

# --- database -----------------------------------------------------------------------------
if DATABASE_URL := env.str("DATABASE_URL", default=""):
    if urlsplit(DATABASE_URL).scheme not in {"postgres", "postgresql", "sqlite"}:
        raise ImproperlyConfigured(
            "DATABASE_URL must read postgres://USER:PASSWORD@HOST:PORT/NAME or sqlite:////PATH"
        )
    DATABASES = {"default": env.db_url("DATABASE_URL")}
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "longrun.sqlite3",
        }
    }
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    journal = "WAL" if wal_is_safe(sqlite3.sqlite_version_info) else "DELETE"
    # IMMEDIATE takes the write lock at BEGIN, so that two writers queue for up to 20 s
    # instead of one of them failing in the middle of its transaction.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": f"PRAGMA journal_mode={journal}; PRAGMA synchronous=NORMAL;"
        if journal == "WAL"
        else f"PRAGMA journal_mode={journal};",
    }

# --- broker and cache ---------------------------------------------------------------------
REDIS_URL = env.str("REDIS_URL", default="")
try:
    CELERY_BROKER_URL, CACHE_URL = broker_and_cache_urls(REDIS_URL, data_dir=DATA_DIR)
except ValueError as error:
    raise ImproperlyConfigured(str(error)) from error
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CACHE_URL,
        "KEY_PREFIX": "longrun",
    }
}

# --- Celery -------------------------------------------------------------------------------
CELERY_TIMEZONE = "UTC"
CELERY_TASK_IGNORE_RESULT = True  # a result backend makes delay() hang when the broker is down
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 15 * 60
CELERY_TASK_SOFT_TIME_LIMIT = 14 * 60
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# What a worker that is stopped at once lets its tasks have before it gives them back.
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 1.0
CELERY_TASK_DEFAULT_QUEUE = "trends"
CELERY_TASK_ROUTES = {
    "engagement.tasks.*": {"queue": "trends"},
    "tracker.tasks.*": {"queue": "import"},
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Above the hard time limit, or a long task would be delivered twice while it still runs.
    "visibility_timeout": 30 * 60,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    # Without a broker a doorbell fails at once and not after 6 s: a page waits for it, and an
    # import of a million rows rings two hundred times. Marks stay, and beat looks for them.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}
CELERY_BEAT_SCHEDULE = {
    "look for stale weeks": {"task": "engagement.tasks.refresh_trends", "schedule": 60.0},
    "begin new weeks": {"task": "engagement.tasks.begin_new_weeks", "schedule": 300.0},
}
# The task that a stale mark rings for; named here because tracker must not know engagement.
REFRESH_TASK = "engagement.tasks.refresh_trends"

# Packages whose modules each know one file format; see tracker/files/__init__.py.
FILE_FORMATS = ["tracker.files", "engagement.files"]
UPLOAD_LIMIT_BYTES = 25 * 1024 * 1024

# --- people and sign-in -------------------------------------------------------------------
AUTH_USER_MODEL = "tracker.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if PRODUCTION else "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "config.accounts.AccountAdapter"
SIGNUP_OPEN = env.bool("LONGRUN_SIGNUP", default=not PRODUCTION)

# --- API ----------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "tracker.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "tracker.api.authentication.ReadOnlyTokensOnlyRead",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["tracker.api.parsing.LimitedJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "tracker.api.schema.TeamSchema",
    "EXCEPTION_HANDLER": "tracker.api.errors.answer_error",
    # ISO alone would let 2026-W47 pass for a day.
    "DATE_INPUT_FORMATS": ["%Y-%m-%d"],
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Longrun API",
    "DESCRIPTION": (
        "Hours, responses, trends and estimates of the teams that you belong to.\n\n"
        "Durations are minutes, days and weeks are ISO dates (a week is its Monday). A list "
        "comes in pages: follow `next` until it is null. Fields and parameters that are not "
        "named here are refused, and every refusal has the shape of `Refusal`."
    ),
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# --- time and language --------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

# --- static files and uploads -------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "config" / "static"]
MEDIA_ROOT = DATA_DIR / "uploads"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- mail ---------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Longrun <longrun@localhost>")
EMAIL_TIMEOUT = 20
if env.str("EMAIL_URL", default=""):
    vars().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA_DIR / "mail"

# --- security -----------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Attempts to sign in are limited by address. The proxy's own is everybody's: whoever guessed
    # passwords would lock all others out.
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    CSRF_TRUSTED_ORIGINS = [
        # ".example.com" means every host below it, which is written otherwise in an origin.
        f"https://*{host}" if host.startswith(".") else f"https://{host}"
        for host in ALLOWED_HOSTS
        if host != "*"
    ]

# --- logging ------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LONGRUN_LOG_LEVEL", default="INFO")},
}
