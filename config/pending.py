"""Which migrations the database lacks: asked by every start, and whenever somebody asks whether all is well."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pkgutil import iter_modules

from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


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
