"""Django's settings, from the environment alone.

QINGFENG_HOME (folder of the agency), QINGFENG_AGENCY (its store, else agency.db in the folder), QINGFENG_HOSTS (names of the site,
comma between), QINGFENG_HTTPS=1 (secure cookies), QINGFENG_PROXIES (how many proxies of ours stand before it, 1 with HTTPS),
QINGFENG_INSIDE (the office's own networks, comma between: receipts of parties are not used from there),
QINGFENG_TIP_BITS (how hard the sum is that a sealed tip costs: 16 is a second or two in a browser, each more doubles it; 8 to 24),
QINGFENG_HSTS (seconds), QINGFENG_DEMO=1 (demonstration: accounts are shown),
QINGFENG_OIDC_ISSUER, _CLIENT, _SECRET for signing in through a provider (_CLAIM: what names the account, else sub; _JWKS, _AUTHORIZE,
_TOKEN, _USERINFO: its addresses, else the issuer's with /jwks, /authorize, /token, /userinfo).
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
HOME = Path(os.environ.get("QINGFENG_HOME") or Path("var") / "agency").absolute()
AGENCY_STORE = os.environ.get("QINGFENG_AGENCY") or str(HOME / "agency.db")
PROXIES = int(os.environ.get("QINGFENG_PROXIES") or (1 if os.environ.get("QINGFENG_HTTPS") == "1" else 0))
INSIDE = os.environ.get("QINGFENG_INSIDE") or ""
DEMO = os.environ.get("QINGFENG_DEMO") == "1"
HTTPS = os.environ.get("QINGFENG_HTTPS") == "1"
TIP_BITS = min(24, max(8, int(os.environ.get("QINGFENG_TIP_BITS") or 16)))


def _secret() -> str:
    """Return the key that signs cookies: made once, readable by its owner alone."""
    path = HOME / "web-secret"
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        HOME.mkdir(parents=True, exist_ok=True)
        made = secrets.token_urlsafe(64)
        try:
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:  # another worker was first
            return path.read_text(encoding="ascii")
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(made)
        return made


SECRET_KEY = _secret()
DEBUG = False
ALLOWED_HOSTS = (os.environ.get("QINGFENG_HOSTS") or "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if HTTPS and "*" not in host]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.admin",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "axes",
    "ninja",
    "qingfeng.web",
]
MIDDLEWARE = [
    "qingfeng.web.middleware.Headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "qingfeng.web.sessions.SecondFactor",
    "django.contrib.messages.middleware.MessageMiddleware",
    "qingfeng.web.middleware.Visit",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "qingfeng.web.urls"
WSGI_APPLICATION = "qingfeng.web.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "qingfeng.web.shell.frame",
            ],
            "builtins": ["qingfeng.web.templatetags.say", "qingfeng.web.templatetags.course", "qingfeng.web.templatetags.lists",
                         "qingfeng.web.templatetags.entries"],
        },
    }
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": HOME / "web.db",
        "CONN_MAX_AGE": 60,  # seconds; to open the file anew for each request takes a twentieth of the request
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL", "timeout": 10},
    }
}
"""Accounts and sessions only; the log is not here, and Django never touches it."""
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "web.Account"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "qingfeng.web.signin.LoggedSecretBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "qingfeng.web.signin.locked_out"
AXES_VERBOSE = False

SESSION_ENGINE = "qingfeng.web.sessions"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "qingfeng.web.errors.csrf_failure"
SECURE_HSTS_SECONDS = int(os.environ.get("QINGFENG_HSTS") or 0)
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = HERE / "static"
STATICFILES_DIRS: list[Path] = []
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.AppDirectoriesFinder"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_HANDLERS = ["qingfeng.web.uploads.Bounded", "django.core.files.uploadhandler.TemporaryFileUploadHandler"]
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"one_line": {"()": "qingfeng.web.quiet.OneLine"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "level": "WARNING"},
        "refused": {"class": "logging.StreamHandler", "level": "ERROR", "formatter": "one_line"},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "axes": {"level": "ERROR"},
        "django.security": {"level": "ERROR", "handlers": ["refused"], "propagate": False},
        "django.request": {"level": "ERROR"},
    },
}

_OIDC = ("ISSUER", "CLIENT", "SECRET", "CLAIM", "JWKS", "AUTHORIZE", "TOKEN", "USERINFO")
OIDC = {name: os.environ.get(f"QINGFENG_OIDC_{name}", "") for name in _OIDC}
OIDC_RP_SIGN_ALGO, OIDC_RP_SCOPES = "RS256", "openid profile"
OIDC_USE_NONCE = OIDC_USE_PKCE = True
OIDC_CREATE_USER = False
OIDC_TIMEOUT = 10  # seconds
OIDC_RP_CLIENT_ID, OIDC_RP_CLIENT_SECRET = OIDC["CLIENT"], OIDC["SECRET"]
OIDC_OP_JWKS_ENDPOINT = OIDC["JWKS"] or OIDC["ISSUER"] + "/jwks"
OIDC_OP_AUTHORIZATION_ENDPOINT = OIDC["AUTHORIZE"] or OIDC["ISSUER"] + "/authorize"
OIDC_OP_TOKEN_ENDPOINT = OIDC["TOKEN"] or OIDC["ISSUER"] + "/token"
OIDC_OP_USER_ENDPOINT = OIDC["USERINFO"] or OIDC["ISSUER"] + "/userinfo"
if OIDC["ISSUER"]:
    AUTHENTICATION_BACKENDS.append("qingfeng.web.provider.ProviderBackend")
