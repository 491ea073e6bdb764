"""The store of files: written whole or not at all, and read only while it is what was handed in."""

from __future__ import annotations

import errno
import hashlib
import logging
from contextlib import suppress
from typing import Any, Protocol

from django.core.files import File
from django.utils.translation import gettext as _

from permits.errors import DamagedFile, StorageFailed
from permits.models import MaterialVersion, ObjectionFiling
from permits.models.filing import kept_as
from permits.models.material import stored_as

log = logging.getLogger(__name__)
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_PIECE = 1024 * 1024


class Named(Protocol):
    """A stored file of an app above this one: its row says what the bytes were."""

    pk: Any
    file: Any
    name: Any
    size: Any
    sha256: Any


KeptFile = MaterialVersion | ObjectionFiling | Named


def store(version: MaterialVersion, file: File[Any]) -> None:
    """Write the bytes of a material where their content says. Raises StorageFailed."""
    _write(version, stored_as(version, ""), file)


def keep_file(filing: ObjectionFiling, file: File[Any]) -> None:
    """The same for a file handed in with an objection. Raises StorageFailed."""
    _write(filing, kept_as(filing, ""), file)


def keep_file_at(row: KeptFile, path: str, file: File[Any]) -> None:
    """The same for a file of an app above this one, at `path`. Raises StorageFailed."""
    _write(row, path, file)


def _write(row: KeptFile, path: str, file: File[Any]) -> None:
    """Write the bytes, unless they lie there already, whole. Bytes that are not what their name, a hash, says are
    replaced: who handed in the same before has the file again, and verification finds it where it looks."""
    storage: Any = row.file.storage
    there = True
    try:
        if there := storage.exists(path):
            if storage.size(path) == row.size and _digest_at(storage, path) == row.sha256:
                storage.flush(path)  # whoever is writing it just now may not be so far
            else:
                log.error("what lay at %s was not what its name says; it is written anew", path)
                file.seek(0)
                storage.put_in_place(path, file)
            row.file.name = path
            return
        file.seek(0)
        row.file.save(path.rpartition("/")[2], file, save=False)
    except OSError as error:
        log.error("the file store cannot be written: %s", error)
        with suppress(OSError):  # what broke off is no file of anybody's
            if not there and storage.exists(path) and storage.size(path) < row.size:
                storage.delete(path)
        raise StorageFailed(full=error.errno in FULL) from error


def opened(version: KeptFile) -> File[Any]:
    """The stored file, at its start, compared with what was handed in. Raises DamagedFile, and the log says which;
    StorageFailed where the store is not reached."""
    try:
        file: File[Any] = version.file.open("rb")
        if _digest(file) == version.sha256:
            file.seek(0)
            return file
        file.close()
        reason = "is no longer what was handed in"
    except ConnectionError as error:
        log.error("the file store cannot be reached: %s", error)
        raise StorageFailed(reading=True) from error
    except OSError as error:
        reason = f"cannot be read: {error}"
    log.error("file %s (%s) %s", version.pk, version.file.name, reason)
    raise DamagedFile(
        _("The stored file “%(name)s” is missing or damaged; please tell the operator of this site.")
        % {"name": version.file_name if isinstance(version, ObjectionFiling) else version.name}
    )


def whole(version: KeptFile) -> bool:
    """Whether the stored bytes are those that were handed in. Raises StorageFailed where the store is not reached."""
    try:
        opened(version).close()
    except DamagedFile:
        return False
    return True


def _digest_at(storage: Any, path: str) -> str:
    with storage.open(path, "rb") as held:
        return _digest(held)


def _digest(file: File[Any]) -> str:
    digest = hashlib.sha256()
    while piece := file.read(_PIECE):
        digest.update(piece)
    return digest.hexdigest()
