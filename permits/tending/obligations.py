"""What an approved tending design obliges to: the start, the completion by sub-compartment, evaluation and archive.

Source of the figures per sub-compartment: the published check table (W12), whose inspection columns are these. No text
sets the days: they are ours, counted from the last day of the work, and said to be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permits.contract.kind import Label
from permits.contract.obligations import Held, Obligation, Part, Reported, Wanted
from permits.models import Application, Document
from permits.models.facts import Amount, Choice, Day, Whole, line, words
from permits.models.permit import P
from permits.rules.base import Citation
from permits.rules.sources import design_rules, forest_law, s0, s1
from permits.tables.columns import plain
from permits.tables.stands import keyed_by_place
from permits.tending.columns import PLOTS

REPORT_DAYS, CHECK_DAYS, ARCHIVE_DAYS = 30, 90, 180
"""Days after the last day of the work. Ours: no text sets any."""
LABELS: Final[Mapping[str, Label]] = {
    "start": gettext_lazy("Report before the work begins"),
    "completion": gettext_lazy("Report on the completed work"),
    "evaluation": gettext_lazy("Evaluation of the quality of restoration"),
    "archive": gettext_lazy("Restoration archive"),
}
DESIGNED: Final[Mapping[str, Label]] = {
    "area_ha": gettext_lazy("Area actually tended (ha)"),
    "canopy_after": gettext_lazy("Canopy closure kept"),
    "mean_dbh_after_cm": gettext_lazy("Mean DBH after the work (cm)"),
    "stems_kept": gettext_lazy("Stems kept (per ha)"),
    "stem_intensity_pct": gettext_lazy("Intensity by stems (%)"),
    "volume_intensity_pct": gettext_lazy("Intensity by volume (%)"),
}
"""What the design says of a sub-compartment and the work is compared with (W12), as a report calls it."""
CARRIED = Choice(
    label=gettext_lazy("Was the work carried out?"),
    options=(
        ("yes", gettext_lazy("Yes, by the design")),
        ("partly", gettext_lazy("In part")),
        ("no", gettext_lazy("No")),
    ),
)
EVALUATED = Choice(
    label=gettext_lazy("Quality"),
    options=(
        ("good", gettext_lazy("Good")),
        ("qualified", gettext_lazy("Qualified")),
        ("unqualified", gettext_lazy("Not qualified")),
    ),
)
TOLERANCE_PCT: Final = 5
"""Per cent by which an intensity may exceed the design before it is remarked on. Ours: the field's usual tolerance."""
NAMED: Final = 5
"""Rows that one remark names."""
JIZHOU: Final = "120119"
LICENCE: Final = forest_law("第五十六条第一款", "采伐林地上的林木应当申请采伐许可证，并按照采伐许可证的规定进行采伐")
BY_DESIGN: Final = design_rules("第二条", "严格按照作业设计施工")
IN_BEIJING: Final[Mapping[str, tuple[Citation, ...]]] = {
    "start": (s0(27, "开展天然林抚育作业的，必须编制作业设计，经市园林绿化主管部门审查批准后实施。"),),
    "evaluation": (s0(36, "加大天然林保护年度核查检查力度，实行绩效管理。"),),
    # The plan sets up the restoration of degraded forest; that each has its file is not said there.
    "archive": (s0(33, "建立退化天然林修复制度"),),
}
IN_JIZHOU: Final[Mapping[str, tuple[Citation, ...]]] = {
    "start": (s1(31, "开展天然林抚育作业的，必须编制作业设计，经林业主管部门审查批准后实施。"),),
    "evaluation": (s1(36, "开展修复质量评价"),),
    "archive": (s1(36, "建立天然林保护修复档案"),),
}


def obligations(
    application: Application, held: Held, rows: Sequence[Any], felling: bool, begins: date
) -> Iterator[Obligation]:
    """The obligations of the design whose sub-compartments are `rows`; `felling`: trees are cut in it; `begins`: the
    first day of the work it plans."""
    basis = IN_JIZHOU if application.jurisdiction_id == JIZHOU else IN_BEIJING
    first = max(held.first, begins)
    yield _start(application, held, (*basis["start"], *((LICENCE,) if felling else ())), felling, first)
    yield _completion(held, rows, first)
    yield _evaluation(held, basis["evaluation"])
    yield _archive(held, basis["archive"])


def _start(application: Application, held: Held, basis: Sequence[Citation], felling: bool, first: date) -> Obligation:
    copy = Wanted(code="licence_copy", label=gettext_lazy("Copy of the felling licence"), required=False)
    return Obligation(
        code="start",
        basis=basis,
        counted=gettext_lazy("Before the work begins; with the term it falls away"),
        opens=held.first,
        asks=_start_asks(felling),
        materials=(copy,) if felling else (),
        wrong=partial(_gate, application, held, first) if felling else partial(_within_term, held, first),
        remarks=partial(_other_ground, application) if felling else None,
    )


def _completion(held: Held, rows: Sequence[Any], first: date) -> Obligation:
    keyed, names = keyed_by_place(rows), Counter(row.name for row in rows)
    return Obligation(
        code="completion",
        basis=(BY_DESIGN,),
        due=_after(held.last, REPORT_DAYS),
        counted=gettext_lazy("30 days after the last day of the work"),
        day_is_ours=True,
        after_end=True,
        on_site=True,
        asks={"carried": CARRIED, "finished_on": Day(label=gettext_lazy("Finished on"), past=True, required=False),
              "account": words(gettext_lazy("How the work went"), required=False)},
        parts=tuple(_part(key, row, names) for key, row in keyed.items()),
        columns=_columns(),
        materials=(
            Wanted(code="survey", label=gettext_lazy("Survey after the work, by sub-compartment")),
            Wanted(code="photos", label=gettext_lazy("Photographs before and after"), required=False),
        ),
        wrong=partial(_completed, held, first),
        remarks=partial(_remarks, held, keyed),
    )  # fmt: skip


def _evaluation(held: Held, basis: Sequence[Citation]) -> Obligation:
    share = Amount(label=gettext_lazy("Share of native species (%)"), most="100", places=1, required=False)
    return Obligation(
        code="evaluation",
        basis=basis,
        by="agency",
        due=_after(held.last, CHECK_DAYS),
        counted=gettext_lazy("90 days after the last day of the work"),
        day_is_ours=True,
        after_end=True,
        after=("completion",),
        asks={
            "quality": EVALUATED,
            "native_share_pct": share,
            "account": words(gettext_lazy("What was evaluated, and how")),
        },
    )


def _archive(held: Held, basis: Sequence[Citation]) -> Obligation:
    return Obligation(
        code="archive",
        basis=basis,
        by="agency",
        due=_after(held.last, ARCHIVE_DAYS),
        counted=gettext_lazy("180 days after the last day of the work"),
        day_is_ours=True,
        after_end=True,
        after=("completion",),
        asks={
            "number": line(gettext_lazy("File number of the archive"), most=60),
            "volumes": Whole(label=gettext_lazy("Number of volumes"), least=1, most=999),
            "kept_at": line(gettext_lazy("Where it is kept")),
        },
    )


def _after(end: date | None, days: int) -> date | None:
    return end + timedelta(days=days) if end else None


def _start_asks(felling: bool) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "begins_on": Day(label=gettext_lazy("The work begins on")),
        "crew": line(gettext_lazy("Who carries it out, and who is in charge")),
    }
    licence = line(
        gettext_lazy("Number of the felling licence"), most=90,
        help=gettext_lazy("Trees are to be cut: without a licence the work may not begin (Forest Law art 56)."),
    )  # fmt: skip
    return asked | ({"licence": licence} if felling else {})


def _within_term(held: Held, first: date, report: Reported) -> dict[str, str]:
    """The work begins within the time that was approved for it: the approval is there before."""
    begins = date.fromisoformat(report.values["begins_on"])
    if begins < first or (held.last and begins > held.last):
        return {"begins_on": _outside(held, first)}
    return {}


def _outside(held: Held, first: date) -> str:
    days = {"first": date_format(first), "last": date_format(held.last or first)}
    return _("This day lies outside the time approved for the work, %(first)s to %(last)s.") % days


def _gate(application: Application, held: Held, first: date, report: Reported) -> dict[str, str]:
    """森林法 56: where trees are cut the licence is there first. One of the register must be the unit's and hold on
    that day; of another a copy is handed in."""
    if wrong := _within_term(held, first, report):
        return wrong
    begins = date.fromisoformat(report.values["begins_on"])
    if (paper := _licence(report)) is None:
        lacking = "licence_copy" not in report.materials
        return {"licence_copy": _("This licence is not in the register here: attach its copy.")} if lacking else {}
    permit = getattr(paper.application, "permit", None)
    own = paper.application.unit_id == application.unit_id and paper.kind in ("felling_licence", "felling_approval")
    if permit is None or not own:
        return {"licence": _("This is no felling licence of your unit.")}
    holds = permit.status == P.VALID and permit.valid_from <= begins
    if not holds or (permit.valid_to and permit.valid_to < begins):
        return {"licence": _("This felling licence does not hold on that day.")}
    return {}


def _licence(report: Reported) -> Document | None:
    """The paper of the register under the number that a report on the start names."""
    return Document.objects.filter(number=report.values["licence"]).select_related("application__permit").first()


def _other_ground(application: Application, report: Reported) -> list[str]:
    """Sub-compartments of the design of which the licence says nothing. Not every one is felled in, and no article
    says that licence and design name the same ones: an officer compares, and nothing is refused for it."""
    if (paper := _licence(report)) is None:
        return []  # of another register: its copy was handed in
    licensed = set(paper.application.ground.values_list("key", flat=True))
    other = [claim.name for claim in application.ground.all() if claim.key not in licensed]
    if not licensed or not other:
        return []
    told = {"rows": _(", ").join(other[:NAMED]) + (" …" if len(other) > NAMED else ""), "number": len(other)}
    return [_("The licence does not name this ground of the design (%(number)d rows): %(rows)s.") % told]


def _part(key: str, row: Any, names: Counter[str]) -> Part:
    """A sub-compartment as a report asks of it; with its township where another has the same name."""
    planned = {name: plain(getattr(row, name)) for name in DESIGNED if getattr(row, name) is not None}
    label = row.name if names[row.name] == 1 else f"{row.township}{row.name}"
    return Part(key=key, label=label, planned=planned)


def _columns() -> dict[str, Any]:
    asked: dict[str, Any] = {}
    for name in DESIGNED:
        column = PLOTS.by_name[name]
        # asked of every sub-compartment the work reached; of one it did not reach the row stays empty
        asked[name] = Amount(
            label=DESIGNED[name], required=False, least=column.span[0], most=column.span[1], places=column.places
        )
    return asked | {"residue": Choice(label=PLOTS.by_name["residue_treated"].label, required=False, options=YES_NO)}


YES_NO = (("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")))


def _completed(held: Held, first: date, report: Reported) -> dict[str, str]:
    """What is wrong with the report on the end of the work, by field: one that was carried out, at least in part, has a
    day and figures; one that was not has a reason."""
    wrong = _not_carried_out(report) if report.values["carried"] == "no" else _carried_out(held, report)
    finished, begun = report.values.get("finished_on"), _begun(held)
    if finished and date.fromisoformat(finished) < first:
        wrong["finished_on"] = _outside(held, first)
    elif finished and begun and finished < begun:
        day = date_format(date.fromisoformat(begun))
        wrong["finished_on"] = _("The work was reported to begin on %(day)s.") % {"day": day}
    return wrong


def _carried_out(held: Held, report: Reported) -> dict[str, str]:
    """The beginning is reported first, as long as it can be."""
    wrong = {}
    if _not_begun(held) and held.valid and "start" not in held.past:
        wrong["carried"] = _("The beginning of this work was never reported: report it first.")
    if "finished_on" not in report.values:
        wrong["finished_on"] = _("This field is required.")
    if not any("area_ha" in row for row in report.table.values()):
        wrong["account"] = _("Give the area actually tended of at least one row.")
    return wrong


def _not_carried_out(report: Reported) -> dict[str, str]:
    wrong = {}
    if report.table:
        wrong["carried"] = _("Rows are filled in: the work was carried out, at least in part.")
    if "account" not in report.values:
        wrong["account"] = _("Say why.")
    return wrong


def _begun(held: Held) -> str:
    """The day on which the work begins by the report on it; empty without one."""
    report = held.reports.get("start")
    return report.values["begins_on"] if report else ""


def _not_begun(held: Held) -> bool:
    """Whether the beginning of the work was never reported."""
    return "start" not in held.reports


def _remarks(held: Held, rows: Mapping[str, Any], report: Reported) -> list[str]:
    """Where the work went beyond the design: intensity above it, canopy below it, area beyond it, days after it; and
    that its beginning, which can no longer be reported, never was."""
    found = []
    finished = report.values.get("finished_on")
    if finished and held.last and date.fromisoformat(finished) > held.last:
        days = {"finished": date_format(date.fromisoformat(finished)), "last": date_format(held.last)}
        found.append(_("Finished on %(finished)s, after the last day approved for the work, %(last)s.") % days)
    if _not_begun(held) and report.values.get("carried") != "no":
        found.append(_("The beginning of this work was never reported."))
    for key, row in rows.items():
        said = report.table.get(key, {})
        for name, factor in (("stem_intensity_pct", 1), ("volume_intensity_pct", 1), ("area_ha", 1),
                             ("canopy_after", -1)):  # fmt: skip
            designed, actual = getattr(row, name), said.get(name)
            if designed is None or actual is None:
                continue
            beyond = (float(actual) - float(designed)) * factor
            if beyond > float(designed) * TOLERANCE_PCT / 100:
                label = DESIGNED[name]
                told = {"row": row.name, "field": label, "actual": actual, "design": plain(designed)}
                found.append(_("%(row)s: %(field)s %(actual)s, in the design %(design)s.") % told)
    return found
