"""Whether this process is alive, and whether the installation can do its work: `/healthz` and `/readyz`.

The library's own page is for browsers and answers a failure with 500, so the answer here is a small one in JSON, 200 or
503. What is looked at: readiness.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pkgutil import iter_modules

from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


def pending_migrations() -> list[str]:
    """Migrations that the database lacks. Raises DatabaseError where it cannot be reached."""
    if set(migrations_by_name()) <= MigrationRecorder(connection).applied_migrations().keys():
        return []  # every start asks: where all names are there, the files need not be read
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def migrations_by_name() -> Iterator[tuple[str, str]]:
    """App and name of each migration, from the names of the files, as Django's loader finds them."""
    for app in apps.get_app_configs():
        name, _explicit = MigrationLoader.migrations_module(app.label)
        package = find_spec(name) if name else None
        folders = package.submodule_search_locations if package else None  # none where it is no package
        for module in iter_modules(folders or ()):
            if not module.ispkg and module.name[0] not in "_~":
                yield app.label, module.name


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """This process answers. Asks nothing else: a database that is down is no reason to restart it."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Whether everything is there that the work needs; 503 where it is not."""
    from config.readiness import state  # it brings the library of checks, which takes a while to import

    found = state()
    ready = set(found.values()) == {"ok"}
    return JsonResponse({"status": "ok" if ready else "not ready", "checks": found}, status=200 if ready else 503)
