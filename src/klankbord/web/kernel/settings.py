"""Django's settings, made from the installation's options; nothing else reads the environment."""

from typing import Any
from urllib.parse import unquote, urlsplit

from klankbord.web.kernel.home import Home
from klankbord.web.kernel.mail_settings import mail_settings
from klankbord.web.kernel.options import read_options

OPTIONS = read_options()
HOME = Home(OPTIONS.home)
_ADDRESS = urlsplit(OPTIONS.url)


def _database(url: str) -> dict[str, Any]:
    if not url:
        return {
            "ENGINE": "klankbord.web.kernel.sqlite3",
            "NAME": HOME.register,
            "CONN_MAX_AGE": 600,
            "TEST": {"NAME": ":memory:"},
            "OPTIONS": {
                # Writers take the lock before they read, so that two never wait for each other in a ring.
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32000;",
            },
        }
    parts = urlsplit(url)
    return {
        "ENGINE": "klankbord.web.kernel.postgresql",
        "NAME": parts.path.lstrip("/"),
        "HOST": parts.hostname or "",
        "PORT": parts.port or "",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        # Of the cursors that plan a question once, which no other's are; see the backend.
        "OPTIONS": {"prepare_threshold": 0},
    }


SECRET_KEY = OPTIONS.secret_key or HOME.signing_key()
FIELD_KEYS = OPTIONS.field_keys or (HOME.field_key(),)
DEBUG = OPTIONS.debug
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
ALLOWED_HOSTS = [*(_LOOPBACK if _ADDRESS.hostname in {None, *_LOOPBACK} else (_ADDRESS.hostname,)), *OPTIONS.hosts]
CSRF_TRUSTED_ORIGINS = [f"{_ADDRESS.scheme}://{_ADDRESS.netloc}"]
DATABASES = {"default": _database(OPTIONS.database_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "klankbord.web.site.urls"
WSGI_APPLICATION = "klankbord.web.site.wsgi.application"

INSTALLED_APPS = [
    "klankbord.web.site",
    "klankbord.web.privacy",
    "klankbord.web.insights",
    "klankbord.web.integrations.webhooks",
    "klankbord.web.responses",
    "klankbord.web.invitations",
    "klankbord.web.surveys",
    "klankbord.web.contacts",
    "klankbord.web.centre",
    "klankbord.web.people",
    "klankbord.web.kernel",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "klankbord.web.kernel.middleware.guard",
    "klankbord.web.responses.middleware.apart",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "klankbord.web.people.middleware.language",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "klankbord.web.people.middleware.Acting",
    "klankbord.web.kernel.middleware.methods",
    "klankbord.web.site.errors.programs",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "klankbord.web.site.context.shell",
            ],
        },
    }
]

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "klankbord.web.people.passwords.LongEnough", "OPTIONS": {"min_length": 12}},
    {"NAME": "klankbord.web.people.passwords.NotCommon"},
    {"NAME": "klankbord.web.people.passwords.NotOneself", "OPTIONS": {"user_attributes": ("name", "email")}},
]
PASSWORD_RESET_TIMEOUT = 24 * 3600
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "klankbord.web.people.adapters.Accounts"
SOCIALACCOUNT_ADAPTER = "klankbord.web.people.adapters.SocialAccounts"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = {"login_failed": "20/5m/ip,8/5m/key", "kept": "20/h/ip"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = _ADDRESS.scheme == "http"
MFA_TOTP_ISSUER = "Klankbord"
MFA_TOTP_TOLERANCE = 1
MFA_ADAPTER = "klankbord.web.people.adapters.SecondFactors"
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
if OPTIONS.oidc_issuer:
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "APPS": [
            {
                "provider_id": "oidc",
                "name": OPTIONS.oidc_name or _ADDRESS.hostname,
                "client_id": OPTIONS.oidc_client_id,
                "secret": OPTIONS.oidc_client_secret,
                "settings": {"server_url": OPTIONS.oidc_issuer},
            }
        ]
    }

# In the register, so that all processes count attempts and used codes together.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "kernel_cache"}}

LANGUAGES = [("nl", "Nederlands"), ("fr", "Français"), ("de", "Deutsch"), ("en", "English")]
LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = HOME.folder / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": HOME.files}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
FILE_UPLOAD_TEMP_DIR = None
DATA_UPLOAD_MAX_MEMORY_SIZE = 32 * 1024 * 1024

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _ADDRESS.scheme == "https"
SECURE_HSTS_SECONDS = 31_536_000 if _ADDRESS.scheme == "https" else 0
if OPTIONS.trusted_proxies:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = OPTIONS.trusted_proxies

globals().update(mail_settings(OPTIONS.mail_url, webhook_secret=OPTIONS.mail_webhook_secret, is_demo=OPTIONS.demo))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = OPTIONS.mail_from

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # What is refused is not written down with its address: an id of another system can be a telephone number.
    "loggers": {"klankbord": {"level": "INFO"}, "django.request": {"level": "ERROR"}},
}
