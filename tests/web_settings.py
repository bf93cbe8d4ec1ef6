"""Settings of the product for tests: a home of their own, and the database that KLANKBORD_DATABASE_URL names."""

import os
from tempfile import mkdtemp

os.environ["KLANKBORD_HOME"] = mkdtemp(prefix="klankbord-tests-")
os.environ.setdefault("KLANKBORD_URL", "http://testserver")
# A browser that another test keeps open runs a loop in this process; nothing here is asynchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

from klankbord.web.kernel.settings import *  # noqa: F403

PASSWORD_HASHERS = ["tests.web_settings.QuickArgon2"]
STORAGES = STORAGES | {  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT.mkdir(exist_ok=True)  # noqa: F405
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

from django.contrib.auth.hashers import Argon2PasswordHasher  # noqa: E402


class QuickArgon2(Argon2PasswordHasher):
    """The real algorithm with the least of work."""

    time_cost, memory_cost, parallelism = 1, 8, 1
