"""What all processes remember for a while, in the database: attempts that are counted, codes that were used."""

from __future__ import annotations

import base64
import io
import pickle
from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from typing import Any, NoReturn

from django.core.cache.backends.db import DatabaseCache
from django.db import connections, models, router
from django.utils import timezone


class ShortMemory(DatabaseCache):
    """Django's cache in a table, named by CACHES. Django unpickles whatever stands in the table, so whoever writes
    there would run code in every web process, next to the keys; here only plain values are read."""

    _table: str

    def get_many(self, keys: Iterable[Any], version: int | None = None) -> dict[Any, Any]:
        """As Django's, but what ran out is not deleted here: a verification reads it, too, which may write nothing. It
        makes room when it is written again, or the table is full. Raises UnpicklingError where the table holds anything
        but plain values."""
        wanted = {self.make_and_validate_key(key, version=version): key for key in keys}
        now, found = timezone.now(), dict[Any, Any]()
        for key, value, expires in self._rows(list(wanted)):
            if expires >= now:
                found[wanted[key]] = _Plain(io.BytesIO(base64.b64decode(value))).load()
        return found

    def _rows(self, keys: list[str]) -> Iterable[tuple[str, str, datetime]]:
        """Key, value and the moment until which it is kept."""
        if not keys:
            return
        connection = connections[router.db_for_read(self.cache_model_class)]
        moment: models.Expression = models.Expression(output_field=models.DateTimeField())
        converters = [*connection.ops.get_db_converters(moment), *moment.get_db_converters(connection)]

        def read(expires: Any) -> datetime:
            return reduce(lambda one, convert: convert(one, moment, connection), converters, expires)  # type: ignore[no-any-return]

        places = ", ".join(["%s"] * len(keys))
        with connection.cursor() as cursor:
            table = connection.ops.quote_name(self._table)
            cursor.execute(f"SELECT cache_key, value, expires FROM {table} WHERE cache_key IN ({places})", keys)  # noqa: S608
            rows = cursor.fetchall()
        yield from ((key, value, read(expires)) for key, value, expires in rows)


class _Plain(pickle.Unpickler):
    """Reads texts, numbers, lists and the like. Only what is looked up by its name can run anything."""

    def find_class(self, module_name: str, global_name: str) -> NoReturn:
        raise pickle.UnpicklingError(f"site_cache holds {module_name}.{global_name}")
