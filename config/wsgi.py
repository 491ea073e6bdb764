"""The entry for the web server, which runs no system checks of its own: an inconsistent installation must not serve."""

import os

from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
if wrong := [message for message in run_checks() if message.is_serious()]:
    raise ImproperlyConfigured("\n".join(map(str, wrong)))
