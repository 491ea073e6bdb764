"""Files in an S3-compatible store, which fails as a disk does and lets nobody wait for long.

By itself the library waits five minutes for a store that is silent, while the case is locked, and its faults are none
that whoever keeps files expects.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from functools import wraps
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.utils.translation import gettext as _
from s3transfer.exceptions import RetriesExceededError
from storages.backends.s3 import S3File, S3Storage
from storages.utils import clean_name

CONNECT_SECONDS, ANSWER_SECONDS, TRIES = 3, 15, 2
MISSING, NO_ROOM = 404, 507


def _as_of_a_disk(method: Callable[..., Any]) -> Callable[..., Any]:
    """Raises FileNotFoundError, OSError with ENOSPC, and ConnectionError where the store is not reached or refuses."""

    @wraps(method)
    def told(self: Bucket | BucketFile, *arguments: Any, **more: Any) -> Any:
        try:
            return method(self, *arguments, **more)
        except (BotoCoreError, ClientError, RetriesExceededError) as error:
            of = self._storage if isinstance(self, BucketFile) else self
            said = _("the bucket %(bucket)s: %(problem)s") % {"bucket": of.bucket_name, "problem": error}
            answer = error.response if isinstance(error, ClientError) else {}
            status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode")
            if status == MISSING and answer["Error"]["Code"] != "NoSuchBucket":
                raise FileNotFoundError(said) from error
            if status == NO_ROOM:
                raise OSError(errno.ENOSPC, said) from error
            raise ConnectionError(said) from error

    return told


class BucketFile(S3File):
    """Its bytes are fetched when they are first asked for."""

    _get_file = _as_of_a_disk(S3File._get_file)
    file = property(_get_file, S3File._set_file)


class Bucket(S3Storage):
    """A bucket of such a store."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        bounds = Config(
            connect_timeout=CONNECT_SECONDS, read_timeout=ANSWER_SECONDS, retries={"total_max_attempts": TRIES}
        )
        self.client_config: Config = self.client_config.merge(bounds)

    @_as_of_a_disk
    def _open(self, name: str, mode: str = "rb") -> BucketFile:
        return BucketFile(self._normalize_name(clean_name(name)), mode, self)

    _save = _as_of_a_disk(S3Storage._save)
    delete = _as_of_a_disk(S3Storage.delete)
    exists = _as_of_a_disk(S3Storage.exists)
    listdir = _as_of_a_disk(S3Storage.listdir)
    size = _as_of_a_disk(S3Storage.size)

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """As Django's, which tries another name for ever where a proxy or a page answers for the store and has every
        name. Raises ConnectionError there."""
        if self.exists(name) and self.exists(self.get_alternative_name(name, "")):
            told = {"bucket": self.bucket_name, "problem": _("something else answers for it, and has every name")}
            raise ConnectionError(_("the bucket %(bucket)s: %(problem)s") % told)
        free: str = super().get_available_name(name, max_length)
        return free

    def put_in_place(self, name: str, content: Any) -> None:
        """The content instead of what lies there: the store has the one or the other. Raises OSError."""
        self.get_available_name(name)  # a page that answers for the store would take it and keep nothing
        self._save(name, content)

    def flush(self, name: str) -> None:
        """What the store took, it keeps."""
