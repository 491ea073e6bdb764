"""Public notices 公示 for everyone: what was posted, until when, and where to object (令35 art 11). No login."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from permits.clocks.entries import local_today
from permits.documents.standard import public_facts
from permits.kinds import Label, kind_of
from permits.models import Document, DocumentFile
from permits.models.document import NoticeKind
from permits.models.states import S
from permits.views.viewing import file_name, shown_in_the_page

KEPT = timedelta(days=90)
"""How long a notice stays on the list; its own address stays."""
PER_PAGE = 20
RUNNING, COMING, OVER, WITHDRAWN = "running", "coming", "over", "withdrawn"
STANDINGS: dict[str, str | Promise] = {
    RUNNING: _("running"),
    COMING: _("not begun"),
    OVER: _("ended"),
    WITHDRAWN: _("the application was withdrawn"),
}


@dataclass(frozen=True)
class Notice:
    """A posted notice as the public sees it: nothing of the case but what the notice itself tells."""

    document: Document

    @property
    def kind(self) -> Label:
        """What is applied for."""
        return kind_of(self.document.application).label

    @property
    def starts(self) -> date:
        """Its first day."""
        return date.fromisoformat(self.document.act.facts["starts"])

    @property
    def ends(self) -> date:
        """Its last day."""
        return date.fromisoformat(self.document.act.facts["ends"])

    @property
    def posted(self) -> str:
        """Where it hangs."""
        return str(self.document.act.facts["place"])

    @property
    def contact(self) -> str:
        """Where objections go."""
        return str(self.document.act.facts["contact"])

    @cached_property
    def standing(self) -> str:
        """One of STANDINGS."""
        if self.document.application.status == S.WITHDRAWN:
            return WITHDRAWN
        today = local_today()
        return COMING if today < self.starts else OVER if today > self.ends else RUNNING

    @property
    def standing_words(self) -> str | Promise:
        """That in words."""
        return STANDINGS[self.standing]


def posted() -> QuerySet[Document]:
    """Every public notice that was printed, the newest first."""
    notices = Document.objects.filter(kind=NoticeKind.PUBLIC_NOTICE, status=Document.Status.ISSUED)
    return notices.select_related("application__unit", "application__jurisdiction", "act", "agency").order_by("-pk")


@require_GET
def notice_list(request: HttpRequest) -> HttpResponse:
    """The notices of the last months, the newest first."""
    recent = posted().filter(reserved_at__gte=timezone.now() - KEPT)
    page = Paginator(recent, PER_PAGE).get_page(request.GET.get("page"))
    notices = [Notice(document) for document in page]
    return render(request, "permits/notice_list.html", {"notices": notices, "page_obj": page})


@require_GET
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice, with what it tells of the case."""
    document = get_object_or_404(posted(), pk=pk)
    context = {"notice": Notice(document), "facts": public_facts(document.application)}
    return render(request, "permits/notice.html", context)


@require_GET
def notice_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The notice as it was signed."""
    files = DocumentFile.objects.select_related("document")
    stored = get_object_or_404(files, pk__in=posted().filter(pk=pk).values("pk"))
    response = HttpResponse(bytes(stored.pdf), content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition_header(False, file_name(stored.document)) or "inline"
    shown_in_the_page(response, "pdf")
    return response
