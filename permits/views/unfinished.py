"""Where the script of a page sends what was typed, and what it is told: static/keep.js."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.views.decorators.http import require_POST

from permits.drafts.editing import get_draft, insist_open
from permits.drafts.unfinished import KeptElsewhere, forget, keep, typed
from permits.errors import BadFacts
from permits.kinds import kind_of
from permits.models import Application
from permits.tables.kind import TableKind
from permits.tables.unfinished import HEAD, base_of, row_of
from roles.requests import Signed

CHECK = "check"


@login_required
@require_POST
def draft_unfinished(request: Signed, pk: int) -> HttpResponse:
    """Keep what was typed on a page of a draft. 404 for a page the draft does not have."""
    page = request.POST.get("unfinished_page", "")
    application = get_draft(request.user, pk)
    if page == CHECK:
        back = reverse("draft-check", args=[pk])
        return answer(request, application, page, base=application.acts.count(), names=("note",), back=back)
    kind = kind_of(application)
    if not isinstance(kind, TableKind):
        raise Http404
    insist_open(application, kind.head_slug if page == HEAD else kind.rows_key)
    row = row_of(application, kind, page)
    if page == HEAD:
        back, names = reverse("table-head", args=[pk]), kind.head.fields
    else:
        names = kind.table.names
        back = reverse("table-row", args=[pk, row.pk]) if row else reverse("table-row-add", args=[pk])
    return answer(request, application, page, base=base_of(application, kind, page), names=names, back=back)


def answer(
    request: Signed, application: Application, page: str, *, base: object, names: Iterable[str], back: str
) -> HttpResponse:
    """Keep, or drop, what was posted for `page`; the answer is for the script, or leads to `back`, an address, where it
    was dropped.

    409 with the other text where two windows were filled in, 413 where it is too long.
    """
    said = request.POST
    if "unfinished_drop" in said:
        forget(application.pk, page, by=request.user)
        return redirect(back)
    try:
        row = keep(
            application.pk, page, typed(said, names), by=request.user, base=said.get("unfinished_base", ""),
            now=str(base), mark=said.get("unfinished_mark", ""), over="unfinished_over" in said,
        )  # fmt: skip
    except KeptElsewhere as elsewhere:
        other = elsewhere.other
        told: dict[str, Any] = {"said": str(elsewhere), "other": other.content if other else None}
        return JsonResponse(told | {"mark": other.mark if other else ""}, status=409)
    except BadFacts as bad:
        return JsonResponse({"said": next(iter(bad.errors.values()))}, status=413)
    return JsonResponse({"mark": row.mark, "at": time_format(timezone.localtime(row.kept_at), "H:i")})
