"""Public notices 公示 for everyone: what was posted, until when, where to object, what was posted in earlier years
(令35 art 11). No login. Objections are handed in on permits/views/objecting.py."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import cached_property, partial

from django.core.paginator import Paginator
from django.db.models import Max, Min, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from msgspec import Struct

from permits.acts.filings import CHANGED, COMING, ENDED, OVER, RUNNING, WITHDRAWN, closed, period, standing
from permits.acts.hearings import AHEAD, announced_hearing
from permits.contract.kind import Label
from permits.documents.hearings import OF_THE_STATE, of_own_motion
from permits.documents.holder import keep_changes
from permits.documents.masking import masked, public_title, with_asks
from permits.documents.standard import matter_of, public_facts
from permits.kinds import kind_of
from permits.ledger.chain import problems_of
from permits.models import Act, Application, Document, DocumentFile
from permits.models.act import read_records
from permits.models.body import legible
from permits.models.document import NoticeKind
from permits.models.states import REVIEWING
from permits.models.submission import read_submissions
from permits.views.public_words import told
from permits.views.viewing import file_name, shown_in_the_page
from roles.days import local_today
from roles.misread import one_of, page_of
from roles.models import Jurisdiction
from roles.numbers import whole

KEPT = timedelta(days=90)
"""How long a notice stays on the list; its own address stays."""
PER_PAGE = 20
STANDINGS: dict[str, str | Promise] = {
    RUNNING: _("running"),
    COMING: _("not begun"),
    OVER: _("ended"),
    WITHDRAWN: _("the application was withdrawn"),
    ENDED: _("the case has ended"),
    CHANGED: _("the record was changed"),
}


class Notice(Struct, frozen=True, dict=True):
    """A posted notice as the public sees it: nothing of the case but what the notice itself tells."""

    document: Document

    @property
    def title(self) -> str:
        """Its title, without names and numbers of persons: it may be printed before titles were masked."""
        return public_title(self.document, self.document.application) or self.document.label

    @property
    def kind(self) -> Label:
        """What is applied for."""
        return kind_of(self.document.application).label

    @property
    def starts(self) -> date:
        """Its first day."""
        return period(self.document)[0]

    @property
    def ends(self) -> date:
        """Its last day."""
        return period(self.document)[1]

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
        return standing(self.document)

    @property
    def closed(self) -> str:
        """Why nobody can object now, in words; empty while anybody can."""
        return closed(self.document)

    @property
    def standing_words(self) -> str | Promise:
        """That in words."""
        return STANDINGS[self.standing]


def posted() -> QuerySet[Document]:
    """Every public notice that was printed, the newest first."""
    notices = Document.objects.filter(kind=NoticeKind.PUBLIC_NOTICE, status=Document.Status.ISSUED)
    beside = notices.select_related("application__unit", "application__jurisdiction", "act", "agency")
    return beside.prefetch_related(with_asks("application")).order_by("-pk")


def still_public(documents: Iterable[Document]) -> list[Document]:
    """Of these notices those that may still be shown: none of a matter that an organ found to be a state secret since
    it was posted (许可法 5, 40), and none of which nobody can read whether it is one. One query, and two for all cases
    in which something was found."""
    posted_ones = list(documents)
    found = Act.objects.filter(act="determine", application__in=[one.application_id for one in posted_ones])
    doubtful = set(found.values_list("application", flat=True))
    asked = {one.application_id: one.application for one in posted_ones if one.application_id in doubtful}
    read_records(asked.values())
    read_submissions(asked.values())
    secret = {pk for pk, application in asked.items() if not _made_public(application)}
    return [one for one in posted_ones if one.application_id not in secret]


def _made_public(application: Application) -> bool:
    return legible(lambda: bool(kind_of(application).made_public(application)), False)


def posted_or_404(pk: int) -> Document:
    """The notice with this key, while it may be shown. Raises Http404."""
    document: Document = get_object_or_404(posted(), pk=pk)
    if not still_public([document]):
        raise Http404
    return document


@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    """The notices of the last months, or of one year, the newest first."""
    listed = posted()
    years = _years(listed)
    year = whole(one_of(request, "year", {str(year) for year in years}, ""))
    if year is not None:
        zone = timezone.get_current_timezone()
        begin, end = datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)
        listed = listed.filter(reserved_at__gte=begin, reserved_at__lt=end)
    else:
        listed = listed.filter(reserved_at__gte=timezone.now() - KEPT)
    page = page_of(request, Paginator(listed, PER_PAGE))
    context = {
        "notices": [Notice(document) for document in still_public(page)],
        "hearings": hearings_to_come() if year is None and page.number == 1 else [],
        "page_obj": page,
        "years": years,
        "year": year,
    }
    return render(request, "permits/notice_list.html", context)


class Hearing(Struct, frozen=True):
    """A hearing that the agency holds by itself, as it announces it to the public 向社会公告 (许可法 46), without names
    and numbers of persons: what is applied for, by whom; day, time (empty where none is told), place, subject; whether
    it is `closed` to the public for a trade secret or personal privacy (5)."""

    matter: str
    day: date
    at: str
    place: str
    subject: str
    jurisdiction: Jurisdiction
    agency: str
    closed: bool


def hearings_to_come() -> list[Hearing]:
    """What agencies hold by themselves, the next one first: none that somebody had asked for, of whose day the parties
    are told (许可法 48), none of a state secret, and none of a case that has ended. A case of which somebody changed
    what was recorded is left out, as its verification tells."""
    lately = timezone.now() - AHEAD
    acts = Act.objects.filter(act="announce_hearing", at__gte=lately, application__status__in=REVIEWING)
    told = {act.pk: act for act in acts.select_related("application__unit", "application__jurisdiction", "agency")}
    cases = {act.application_id: act.application for act in told.values()}
    read_records(cases.values())
    read_submissions(cases.values())
    keep_changes(cases.values())
    found = []
    for case in cases.values():
        if one := legible(partial(_hearing, case, told), None):
            found.append(one)
    return sorted(found, key=lambda one: (one.day, one.at, one.matter))


def _hearing(case: Application, told: Mapping[int, Act]) -> Hearing | None:
    announced = announced_hearing(case)
    if announced is None or not announced.intact or announced.facts["held_on"] < local_today().isoformat():
        return None
    announced.application = case  # whose record and submissions were read for all of them
    matter, said = matter_of(case, announced), announced.facts
    secret = said.get("closed") == OF_THE_STATE or not kind_of(case).made_public(case)
    if secret or not of_own_motion(announced):
        return None
    return Hearing(
        matter=f"{matter.in_public}：{masked(matter.title, case)}".replace("\n", ""),
        day=date.fromisoformat(said["held_on"]), at=str(said.get("at") or ""), place=masked(str(said["place"]), case),
        subject=masked(str(said["subject"]), case), jurisdiction=case.jurisdiction,
        agency=told[announced.pk].agency_name, closed=bool(said.get("closed")),
    )  # fmt: skip


def _years(listed: QuerySet[Document]) -> list[int]:
    """The years of the archive, the newest first: from that of the first notice to that of the last."""
    found = listed.order_by().aggregate(first=Min("reserved_at"), last=Max("reserved_at"))
    if found["first"] is None:
        return []
    first, last = (timezone.localtime(found[name]).year for name in ("first", "last"))
    return list(range(last, first - 1, -1))


@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice, with what it tells of the case; of a case whose record somebody changed only the signed notice."""
    document = posted_or_404(pk)
    changed = bool(problems_of(document.application))
    facts = [] if changed else told(kind_of(document.application), public_facts(document.application, document.act))
    context = {"notice": Notice(document), "facts": facts, "changed": changed}
    return render(request, "permits/notice.html", context)


@require_safe
def notice_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The notice as it was signed."""
    document = posted_or_404(pk)
    stored = get_object_or_404(DocumentFile, pk=document.pk)
    response = HttpResponse(bytes(stored.pdf), content_type="application/pdf")
    name = file_name(document, title=Notice(document).title)
    response.headers["Content-Disposition"] = content_disposition_header(False, name) or "inline"
    shown_in_the_page(response, "pdf")
    return response
