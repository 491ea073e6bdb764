"""Which pages of a table kind's draft save themselves, and from which version each was filled in."""

from __future__ import annotations

from django.http import Http404
from django.urls import reverse

from permits.drafts.unfinished import MINE, Keeping, keeping
from permits.models import Application
from permits.tables.fields import TableRow
from permits.tables.kind import TableKind
from roles.misread import one_of
from roles.numbers import whole
from roles.requests import Signed

HEAD, ROWS, NEW_ROW = "head", "rows/", "rows/new"


def row_page(row: TableRow | None) -> str:
    """The name of the page of a row, or of a new one."""
    return f"{ROWS}{row.pk}" if row else NEW_ROW


def row_of(application: Application, kind: TableKind, page: str) -> TableRow | None:
    """The row to which the page belongs; None for the head and for a new row. Raises Http404 for no page of this
    draft."""
    if page in (HEAD, NEW_ROW):
        return None
    key = whole(page.removeprefix(ROWS)) if page.startswith(ROWS) else None
    row: TableRow | None = kind.head_of(application).rows.filter(pk=key).first() if key else None
    if row is None or row_page(row) != page:
        raise Http404
    return row


def base_of(application: Application, kind: TableKind, page: str, row: TableRow | None = None) -> int:
    """The version from which `page` is filled in: that of the head, of the row, or for a new row that of all rows."""
    head = kind.head_of(application)
    if page == HEAD:
        return int(head.version)
    if page == NEW_ROW:
        return int(head.rows_version)
    row = row or row_of(application, kind, page)
    return row.version if row else 0


def page_keeping(request: Signed, application: Application, kind: TableKind, row: TableRow | None = None,
                 *, page: str = "") -> Keeping:  # fmt: skip
    """How the page of the head (`page` HEAD) or of a row keeps what is typed there."""
    page = page or row_page(row)
    return keeping(
        by=request.user, application_id=application.pk, page=page, base=base_of(application, kind, page, row),
        url=reverse("draft-unfinished", args=[application.pk]), asked=one_of(request, "unfinished", (MINE,), ""),
    )  # fmt: skip
