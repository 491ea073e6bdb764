"""The project's settings, with quick passwords: nobody logs in by one here, and hundreds of people are made."""

from config.settings import *  # noqa: F403 - they are those settings, and some lines more
from config.settings import INSTALLED_APPS as _APPS

INSTALLED_APPS = [*_APPS, "benchmarks"]  # viewflow knows only flows of installed apps
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
