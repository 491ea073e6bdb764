"""Pages of a list that grows for ever: its rows are counted up to a bound, and no further."""

from __future__ import annotations

from typing import Any, Final

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

COUNTED: Final = 10_000
"""Rows that are counted and can be paged through. Who looks for what lies beyond narrows what is looked for: to count a
million rows for each page that shows 25 would cost more than the page."""


class BoundedPages(Paginator):  # type: ignore[type-arg]  # generic in the stubs only
    """Pages of the first COUNTED rows of a query; `cut` where there are more. Rows may be those of a table of
    django-tables2, too."""

    @cached_property
    def count(self) -> int:
        """How many rows there are to page through."""
        return min(self._counted, COUNTED)

    @property
    def cut(self) -> bool:
        """Whether there are more rows than are counted."""
        return self._counted > COUNTED

    @property
    def told(self) -> str:
        """The count for a heading, with a plus sign where there are more."""
        return f"{self.count}+" if self.cut else str(self.count)

    @cached_property
    def _counted(self) -> int:
        rows: Any = self.object_list
        query: QuerySet[Any] = getattr(getattr(rows, "data", None), "data", rows)
        return query.order_by()[: COUNTED + 1].count()
