"""Files in a folder, which lie on the disk, and not in memory alone, once they are said to be stored.

Django's own storage leaves it to the system when the bytes get there: where power failed within half a minute, a file
that its owner had been told was stored was empty, or gone.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage

from permits.data_files import flush


class Disk(FileSystemStorage):
    """A folder of this machine, or one that several share."""

    def _save(self, name: str, content: Any) -> str:
        kept: str = super()._save(name, content)  # type: ignore[misc]
        self.flush(kept)
        return kept

    def put_in_place(self, name: str, content: Any) -> None:
        """The content lies there instead of what did, whole or not at all: somebody may be reading or writing it just
        now. Raises OSError, and then what was there still is."""
        beside = self.get_available_name(name)
        try:
            self._save(beside, content)
            os.replace(self.path(beside), self.path(name))
        except OSError:
            with suppress(OSError):
                self.delete(beside)
            raise
        self.flush(name)

    def flush(self, name: str) -> None:
        """The file's bytes, and each folder down to it, are on the disk when this returns. Raises OSError."""
        path, above = Path(self.path(name)), Path(self.location).parent  # which tells of the folder's first file
        flush(path, *(folder for folder in path.parents if folder.is_relative_to(above)))
