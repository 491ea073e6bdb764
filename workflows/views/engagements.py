"""Audit engagements, for auditors: the list, one engagement, its history, its files. Each page read is a line of the
security log, as with every answer of the desk."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from permits.drafts.store import opened
from permits.drafts.uploads import CONTENT_TYPES
from permits.views.viewing import pdf_response
from roles.misread import page_of
from roles.models import Person
from roles.requests import Signed
from workflows.engagements.drawing import HASHES, order, read
from workflows.engagements.findings import what_is_open
from workflows.engagements.rights import addressed_to, known_to
from workflows.engagements.standing import Answer, Standing, State, Verdict, before, stratum_label
from workflows.exports import as_file
from workflows.models import Engagement, EngagementEntry, EngagementFile, Entry
from workflows.tables import act_label, kind_label
from workflows.views.desk import noted, refuse_others

PER_PAGE = 25


def engagement_of(request: Signed, pk: int) -> Engagement:
    """The engagement, for who audits its place; 404 for everyone else."""
    refuse_others(request.user)
    return get_object_or_404(known_to(request.user), pk=pk)


@login_required
@require_safe
def engagement_list(request: Signed) -> HttpResponse:
    """The engagements of the places one audits, the latest first, with state and the next day for an answer."""
    refuse_others(request.user)
    noted(request)
    page = page_of(request, Paginator(known_to(request.user), PER_PAGE))
    rows = Standing.of_many(page.object_list)
    return render(request, "workflows/engagement_list.html", {"page_obj": page, "rows": rows, "person": request.user})


@login_required
@require_safe
def engagement(request: Signed, pk: int) -> HttpResponse:
    """One engagement: scope, members, sample with progress, findings, the last entries of its record."""
    found = engagement_of(request, pk)
    noted(request)
    standing = Standing.of(found)
    member = request.user.pk in standing.members
    page = page_of(request, Paginator(list(standing.cases.values()), PER_PAGE))
    return render(request, "workflows/engagement.html", {
        "engagement": found, "standing": standing, "member": member, "works": member and not standing.closed,
        "facts": facts_of(standing), "page_obj": page, "cases": [_shown(one) for one in page],
        "draws": [_draw(row) for row in standing.samples],
        "counts": [*((one.label, standing.count(one)) for one in Verdict), (_("no conclusion"), standing.count(""))],
        "may_send": any(one.verdict == Verdict.FINDING for one in standing.cases.values()),
        "open": what_is_open(standing) if not standing.closed else [], "State": State,
        "latest": [told_of(row, standing, member=member) for row in [*standing.entries][:-6:-1]],
    })  # fmt: skip


def facts_of(standing: Standing) -> list[tuple[str, Any]]:
    """The scope in words."""
    said, scope = standing.said, standing.scope
    term = said["term"]
    told = [
        (_("Ground of the engagement"), said["ground"]),
        (_("Audit agency"), standing.engagement.auditing),
        (_("Looks into"), standing.engagement.agency or standing.engagement.place),
        (
            _("Term of a head"),
            f"{term['name']} · {term['post']} · {term['since']}–{term['until'] or ''}" if term else "",
        ),
        (_("Person who decided"), said["person"]["name"] if said["person"] else ""),
        (_("Kind"), kind_label(scope.kind) if scope.kind else _("All")),
        (_("Days of the decisions"), f"{said['since']}–{said['until']}"),
    ]
    return [one for one in told if one[1]]


def _shown(case: Any) -> dict[str, Any]:
    return {"case": case, "kind": kind_label(case.kind), "outcome": act_label(case.kind, case.outcome)}


def _draw(row: EngagementEntry) -> dict[str, Any]:
    said = row.facts
    parts = [(stratum_label(said["strata"], one["stratum"]), one["size"], one["share"]) for one in said["parts"]]
    return {"row": row, "said": said, "example": said["drawn"][0], "before": before(row), "parts": parts}


def told_of(row: EngagementEntry, standing: Standing, *, member: bool, of_case: bool = False) -> dict[str, Any]:
    """An entry for the page, `of_case` without the case's number; the words of a working note are for members."""
    words: list[Any] = []
    if row.application_id and not of_case:
        words.append(standing.cases[row.application_id].number)
    if row.entry == Entry.NOTE and not member:
        words.append(_("(for members of the engagement)"))
    else:
        words += words_of(row)
    return {"row": row, "who": row.content["name"], "words": [one for one in words if one]}


def words_of(row: EngagementEntry) -> list[Any]:
    """What an entry says, part by part."""
    said = row.facts
    done = said.get("done_on")
    if row.entry == Entry.SAMPLE:
        told = _("%(wanted)d of %(size)d cases") % {"wanted": said["wanted"], "size": said["size"]}
        return [told, said["reason"]]
    return [
        said.get("title", "") if row.entry == Entry.OPENED else "",
        row.agency if row.entry == Entry.FINDING else "",
        (said.get("member") or said.get("answerer") or {}).get("name", ""),
        Verdict(said["verdict"]).label if "verdict" in said else "",
        Answer(said["position"]).label if "position" in said else "",
        *(said.get(name) for name in ("clause", "text", "opinion", "conclusion", "reason")),
        _("Put right on: %(day)s") % {"day": date_format(date.fromisoformat(done))} if done else "",
    ]


@login_required
@require_safe
def engagement_history(request: Signed, pk: int) -> HttpResponse:
    """Every entry of the record, the latest first."""
    found = engagement_of(request, pk)
    noted(request)
    standing = Standing.of(found)
    page = page_of(request, Paginator([*standing.entries][::-1], PER_PAGE))
    member = request.user.pk in standing.members
    rows = [told_of(row, standing, member=member) for row in page]
    return render(request, "workflows/engagement_history.html", {"engagement": found, "page_obj": page, "rows": rows})


@login_required
@require_safe
def engagement_report(request: Signed, pk: int) -> HttpResponse:
    """The report: the one kept when the engagement was closed, or as it would be today."""
    found = engagement_of(request, pk)
    noted(request)
    standing = Standing.of(found)
    kept = standing.closed.files.first() if standing.closed else None
    if kept is None:
        from workflows.engagements.report import report  # it brings the typesetter, which most processes never use

        return pdf_response(report(standing, by=request.user), found.title)
    with opened(kept) as file:
        return pdf_response(file.read(), found.title)


@login_required
@require_safe
def engagement_sample(request: Signed, pk: int) -> HttpResponse:
    """The sample as CSV: every case, the hash by which it was drawn, and what was concluded."""
    found = engagement_of(request, pk)
    noted(request)
    standing = Standing.of(found)
    heads = (_("No."), _("Case"), _("Kind"), _("Outcome"), _("Sample"), _("Hash it is sorted by"),
             _("Conclusion on the case"), _("Clause or reason"), pgettext("audit", "Finding"))  # fmt: skip
    rows = [
        (number, one.number, kind_label(one.kind), act_label(one.kind, one.outcome), one.sample, one.order,
         one.verdict_label, one.ground, _(", ").join(str(of) for of in one.findings))
        for number, one in enumerate(standing.cases.values(), 1)
    ]  # fmt: skip
    name, wanted = f"sample-{found.year}-{found.serial}", request.GET.get("format", "csv")
    return as_file(name, found, heads, rows, wanted)


@login_required
@require_safe
def engagement_population(request: Signed, pk: int, entry: int) -> HttpResponse:
    """What a sample was drawn from: the text that was hashed, or with ?with=hashes a table with each case's hash."""
    found = engagement_of(request, pk)
    noted(request)
    row = get_object_or_404(EngagementEntry, engagement=found, seq=entry, entry=Entry.SAMPLE)
    text = row.population
    if request.GET.get("with") == HASHES:
        drawn, seed = {one["number"] for one in row.facts["drawn"]}, row.facts["seed"]
        lines = [
            (order(seed, one.number), one.number, one.kind, one.outcome, one.number in drawn) for one in read(text)
        ]
        heads = (_("Hash it is sorted by"), _("Case"), _("Kind"), _("Outcome"), _("Drawn"))
        told = [(hash, number, kind_label(kind), act_label(kind, outcome), _("Yes") if in_it else "")
                for hash, number, kind, outcome, in_it in sorted(lines)]  # fmt: skip
        return as_file(f"population-{found.year}-{found.serial}-{entry}", found, heads, told, "csv")
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="population-{found.year}-{found.serial}-{entry}.txt"'
    return response


@login_required
@require_safe
def engagement_file(request: Signed, pk: int) -> FileResponse:
    """A file an agency handed in, as a download: for the auditors of the place and who answers the finding."""
    file = get_object_or_404(EngagementFile.objects.select_related("entry"), pk=pk)
    if not reads(request.user, file.entry):
        raise Http404
    response = FileResponse(opened(file), as_attachment=True, filename=file.name, content_type=CONTENT_TYPES[file.kind])
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def reads(person: Person, entry: EngagementEntry) -> bool:
    """Whether `person` may read the files of an entry; the report is for the auditors alone."""
    if known_to(person).filter(pk=entry.engagement_id).exists():
        return True
    return entry.finding_id is not None and addressed_to(person).filter(pk=entry.finding_id).exists()
