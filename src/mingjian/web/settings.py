"""Django's settings. What a deployment may choose comes from the environment:

MINGJIAN_HOME (data folder), MINGJIAN_DATABASE (office database), MINGJIAN_HOSTS (names the site
answers to, comma-separated), MINGJIAN_HTTPS=1 (behind https), MINGJIAN_DEBUG=1 (never in use),
MINGJIAN_MAIL (mail server for notices),
MINGJIAN_ADDRESS (where people outside reach the site, printed on papers as a QR code),
MINGJIAN_OIDC_ISSUER, MINGJIAN_OIDC_CLIENT_ID, MINGJIAN_OIDC_CLIENT_SECRET (single sign-on).
"""

import os

from mingjian.standards import home
from mingjian.web import deployment

HOME = home()
SECRET_KEY = deployment.secret_key(HOME)
DEBUG = deployment.is_on("MINGJIAN_DEBUG")
HTTPS = deployment.is_on("MINGJIAN_HTTPS")

_HOSTS = [host.strip() for host in os.environ.get("MINGJIAN_HOSTS", "").split(",") if host.strip()]
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *_HOSTS]
# Where a QR code on a paper leads: the address under which people outside reach the site.
PUBLIC_ADDRESS = os.environ.get("MINGJIAN_ADDRESS", "").rstrip("/") or (
    f"https://{_HOSTS[0]}" if HTTPS and _HOSTS else "http://127.0.0.1:8000"
)
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in _HOSTS] if HTTPS else []

INSTALLED_APPS = [
    "mingjian.web.apps.WebConfig",
    "mingjian.appraisal.apps.AppraisalConfig",
    "mingjian.supervision.apps.SupervisionConfig",
    "mingjian.documents.apps.DocumentsConfig",
    "mingjian.access.apps.AccessConfig",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "ninja",
]

# Uploads are taken in by a worker process (`mingjian manage work`), never in a request.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

# Ways out for notices (code → class); e-mail where a mail server is named.
MAIL = deployment.mail(os.environ.get("MINGJIAN_MAIL"))
NOTICE_CHANNELS = {"email": "mingjian.supervision.channels.EmailChannel"} if MAIL else {}
EMAIL_HOST = MAIL.get("host", "")
EMAIL_PORT = MAIL.get("port", 25)
EMAIL_HOST_USER = MAIL.get("user", "")
EMAIL_HOST_PASSWORD = MAIL.get("password", "")
EMAIL_USE_TLS = MAIL.get("tls", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = MAIL.get("sender", "mingjian@localhost")

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "mingjian.web.headers.SecureHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "mingjian.access.sessions.SessionLimits",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "mingjian.access.delegation.ActingFor",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "mingjian.web.faults.KnownFaults",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "mingjian.access.context.person",
            ],
        },
    }
]

ROOT_URLCONF = "mingjian.web.urls"
WSGI_APPLICATION = "mingjian.web.wsgi.application"
DATABASES = {"default": deployment.database(os.environ.get("MINGJIAN_DATABASE"), HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Kept on the server: a message may show a new password once.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

AUTH_USER_MODEL = "access.User"
LOGIN_URL = "access:login"
LOGIN_REDIRECT_URL = "/"
# Length, history, age, lock, second factor and limits of a session: content/access/sign_in.yaml.
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "mingjian.access.passwords.PolicyValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
SINGLE_SIGN_ON = deployment.single_sign_on(os.environ)

SESSION_COOKIE_AGE = 24 * 3600  # the shorter limits of a session are in content
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_PERMISSIONS = 0o600
UPLOAD_MAX_BYTES = 500 * 1024 * 1024  # through the page; folders and the push have their own

NINJA_NUM_PROXIES = 0  # an address that the sender writes himself is not believed

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
# Also served straight from the packages, so that the site runs before anything is collected.
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 600

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "django.request": {"level": "ERROR"},  # 4xx are people's everyday slips
        "django.security.DisallowedHost": {"level": "CRITICAL"},  # scanners would fill the disk
    },
}
