"""The front-end files taken from npm packages: only those the pages load, each under a short address."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import AppDirectoriesFinder, BaseFinder
from django.core.files.storage import FileSystemStorage, Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

PACKAGE_FILES = {
    "tabler/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "echarts/echarts.min.js": "echarts/dist/echarts.common.min.js",
}
"""Static address → file below node_modules."""


class AppFinder(AppDirectoriesFinder):
    """The files of the applications, without the 50 MB of viewflow's own front end: its pages are not mounted."""

    def __init__(self) -> None:
        super().__init__([app.name for app in apps.get_app_configs() if app.name != "viewflow"])


class PackageFinder(BaseFinder):
    """Finds the listed files in node_modules; a missing one is reported by `collectstatic`, not passed over."""

    def find(self, path: str, find_all: bool = False, **_options: Any) -> Any:
        source = PACKAGE_FILES.get(path)
        found = settings.NODE_MODULES / source if source else None
        if found is None or not found.is_file():
            return []
        return [str(found)] if find_all else str(found)

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, Storage]]:
        for address, source in PACKAGE_FILES.items():
            yield address, PackageStorage(address, source)

    def check(self, **_options: Any) -> builtins.list[Any]:
        return []


class PackageStorage(FileSystemStorage):
    """One file of node_modules under the address it is served at."""

    prefix = ""

    def __init__(self, address: str, source: str) -> None:
        super().__init__(location=settings.NODE_MODULES)
        self._address, self._source = address, source

    def path(self, name: str) -> str:
        return super().path(self._source if name == self._address else name)


class SiteStaticStorage(CompressedManifestStaticFilesStorage):
    """Names every file by its content, so that browsers may keep it for ever."""

    patterns = tuple(
        (extension, tuple(pattern for pattern in found if "sourceMappingURL" not in str(pattern)))
        for extension, found in CompressedManifestStaticFilesStorage.patterns
    )
    """References followed into the hashed names. Source maps are for the packages' own developers and not served."""

    def get_modified_time(self, name: str) -> datetime:
        """Raises NotImplementedError, so that `collectstatic` takes every file anew: one of a new version may be older
        than what the last one left (npm dates what it unpacks 1985, an archive keeps the days of its files)."""
        raise NotImplementedError
