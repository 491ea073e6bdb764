"""The entry for the web server, which runs no system checks of its own: an inconsistent installation must not serve."""

import gc
import logging
import os

from django.conf import settings
from django.core.checks import Tags
from django.core.checks.registry import registry
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application
from django.db import OperationalError, connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
gc.disable()  # a start makes much and drops nothing: SiteConfig.ready() turns it on again
application = get_wsgi_application()
of_the_code = {Tags.models, Tags.templates, Tags.commands}  # these find nothing that `migrate` did not
wrong = [
    message
    for check in registry.get_checks()
    if not of_the_code.intersection(check.tags)
    for message in check(app_configs=None, databases=None)
    if message.is_serious()
]
if wrong:
    raise ImproperlyConfigured("\n".join(map(str, wrong)))

from config.installation import refuse_unready  # noqa: E402  models, which are loaded by now
from permits.database.statements import PAGE_SECONDS  # noqa: E402

try:
    refuse_unready()
except OperationalError:  # it may come back: until then each page says so
    logging.getLogger(__name__).exception("The database cannot be reached.")
finally:
    connections.close_all()  # a process may be forked from this one

for database in settings.DATABASES.values():
    if database["ENGINE"].endswith("postgresql"):
        # of pages alone: commands may work on
        database["OPTIONS"]["options"] += f" -c statement_timeout={PAGE_SECONDS}s"
