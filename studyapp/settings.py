"""The one settings file. Values come from the environment through `env`; nothing is mandatory on a laptop."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from urllib.parse import urlparse

from csp.constants import NONE, SELF

from studyapp import env, secrets

BASE_DIR = Path(__file__).resolve().parent.parent
env.load_dotenv(BASE_DIR / ".env")
# Plans multiply small matrices: threads of the linear algebra library would cost memory and win nothing.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# --- Where things are ------------------------------------------------------------------------------------------
DATA_DIR = env.folder("STUDYAPP_DATA_DIR", BASE_DIR / "data")
PORT = env.integer("PORT", 8000, 1, 65535)
SITE_URL = env.web_address("STUDYAPP_URL", f"http://localhost:{PORT}")
SITE_HOST = urlparse(SITE_URL).hostname or "localhost"
COURSES_DIR = BASE_DIR / "content" / "courses"
UPLOADS_DIR = DATA_DIR / "uploads"

DEBUG = env.boolean("STUDYAPP_DEBUG", False)
DEMO = env.boolean("STUDYAPP_DEMO", False)
SECRET_KEY = env.text("STUDYAPP_SECRET_KEY") or secrets.kept_in(DATA_DIR / "secret_key")
TESTING = "pytest" in sys.modules

# --- Hosts and transport ---------------------------------------------------------------------------------------
HTTPS = SITE_URL.startswith("https://")
ALLOWED_HOSTS = [
    SITE_HOST,
    "localhost",
    "127.0.0.1",
    "[::1]",
    *filter(None, (host.strip() for host in env.text("STUDYAPP_ALLOWED_HOSTS").split(","))),
]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
if env.boolean("STUDYAPP_BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# The __Host- prefix binds a cookie to this host, and browsers accept it over https only.
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "studyapp_session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "studyapp_csrf"
CSRF_FAILURE_VIEW = "django.views.csrf.csrf_failure"
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# --- The house -------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "studyapp",
    "quizzes",
    "content",
    "accounts",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.admin",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "template_partials",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Pages hold a masked CSRF token and Django adds random bytes, so their length tells nothing.
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "studyapp.middleware.no_nul",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "studyapp.middleware.moment_and_zone",
]
ROOT_URLCONF = "studyapp.urls"
WSGI_APPLICATION = "studyapp.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "studyapp.context.house",
            ],
            "builtins": ["template_partials.templatetags.partials"],
        },
    }
]

# --- Data ------------------------------------------------------------------------------------------------------
DATABASES = {"default": env.database("DATABASE_URL", DATA_DIR / "studyapp.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
# Files go to disk as they come and stop at the upload limit, at every address.
FILE_UPLOAD_HANDLERS = ["quizzes.studio.uploads.BoundedUploadHandler"]
DATA_UPLOAD_MAX_NUMBER_FILES = 500
FILE_UPLOAD_TEMP_DIR = None
UPLOAD_LIMIT_MB = env.integer("STUDYAPP_UPLOAD_LIMIT_MB", 50, 1, 2000)
# What publishes a preview: the Studio calls it by this name, because quizzes may not import studyapp.
PIPELINE = "studyapp.pipeline"
SAMPLE_NOTES = env.text("STUDYAPP_SAMPLE_NOTES")
if SAMPLE_NOTES and not Path(SAMPLE_NOTES).is_dir():
    raise env.WrongSetting(f"STUDYAPP_SAMPLE_NOTES is {SAMPLE_NOTES!r}, which is not a folder.")

# --- People ----------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.EmailBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
MAIL_CONFIGURED = bool(env.text("EMAIL_URL"))
SIGNUP_OPEN = env.choice("STUDYAPP_SIGNUP", "closed", ("closed", "open")) == "open"
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
MFA_ADAPTER = "accounts.adapters.MFAAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_FORMS = {"signup": "accounts.forms.SignUpForm"}
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if MAIL_CONFIGURED else "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = MAIL_CONFIGURED
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Studyapp"
MFA_TOTP_TOLERANCE = 1  # a code also counts half a minute early or late: clocks of phones drift
# Browsers allow passkeys on https and on localhost; the library must be told about the second.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS and SITE_HOST == "localhost"
USERSESSIONS_TRACK_ACTIVITY = False
# Limits on sign-in count by client address: behind a proxy that is the last address it reports, not the proxy's own.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env.boolean("STUDYAPP_BEHIND_PROXY", False) else 0

# --- Words, time, mail -----------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("STUDYAPP_MAIL_FROM", f"Studyapp <studyapp@{SITE_HOST}>")
MAIL_DIR = DATA_DIR / "mail"
globals().update(env.mail("EMAIL_URL", MAIL_DIR))

# --- Static files ----------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
_static = "whitenoise.storage.CompressedManifestStaticFilesStorage"
if DEBUG or TESTING:
    _static = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": UPLOADS_DIR},
    },
    "staticfiles": {"BACKEND": _static},
}
WHITENOISE_USE_FINDERS = DEBUG or TESTING
WHITENOISE_AUTOREFRESH = DEBUG

# --- Cache and jobs --------------------------------------------------------------------------------------------
REDIS_URL = env.redis_address("REDIS_URL")
# How long a worker holds a job without a sign of life; after that another one takes it over.
JOB_LEASE_SECONDS = env.integer("STUDYAPP_JOB_LEASE", 30, 2, 3600)
# Drills that are graded in a process of their own: seconds without an answer after which it ends.
DRILL_HOST_IDLE_SECONDS = env.integer("STUDYAPP_DRILL_HOST_IDLE", 600, 5, 86_400)
# Login throttling counts in the cache, and every web process must see the same counts.
CACHES = {
    "default": (
        {"BACKEND": "studyapp.cache.SteadyCache", "LOCATION": REDIS_URL, "FILES": DATA_DIR / "cache"}
        if REDIS_URL.startswith(("redis://", "rediss://", "unix://"))
        else {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": DATA_DIR / "cache",
            # With the default of 300 the counters of login throttling would be dropped early.
            "OPTIONS": {"MAX_ENTRIES": 10_000},
        }
    )
}

# --- Log -------------------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "studyapp": {
            "level": env.choice("STUDYAPP_LOG_LEVEL", "info", ("debug", "info", "warning", "error")).upper()
        },
        "quizzes": {"level": "INFO"},
        "content": {"level": "INFO"},
        "django.security.DisallowedHost": {"level": "ERROR"},
    },
}
