"""What a consent to the use of forest land obliges to: start, area, end, restoration, replanting where ordered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permits.aftercare.conditions import approval_annulled, by_named_day, lines_of
from permits.contract.kind import Label
from permits.contract.obligations import Held, Obligation, Part, Reported, Wanted
from permits.contract.terms import after_months
from permits.models.facts import Amount, Choice, Day, line, words
from permits.models.permit import granting
from permits.occupation.columns import parcel_name
from permits.rules.sources import forest_law, land_use_measures
from permits.tables.columns import plain

LABELS: Final[Mapping[str, Label]] = {
    "land": gettext_lazy("Approval of the construction land"),
    "start": gettext_lazy("Report on the start of the use"),
    "area": gettext_lazy("Keeping within the area consented to"),
    "end": gettext_lazy("Report on the end of the use"),
    "restoration": gettext_lazy("Restoring the conditions of forest production"),
    "replanting": gettext_lazy("Replanting elsewhere, as ordered"),
}
PLACED = ("township", "village", "compartment", "sub_compartment", "part")
START_DAYS, END_DAYS = 10, 10
"""Days after the start and the end of the use. Ours: no text sets any."""
MONTHS_TO_RESTORE: Final = 12
OFF_SITE: Final = re.compile(r"异地.{0,6}(?:造林|植树|补植|恢复|补造)")
"""Words by which a condition orders replanting elsewhere."""
USE: Final = (
    forest_law(
        "第三十七条第一款",
        "确需占用林地的，应当经县级以上人民政府林业主管部门审核同意，依法办理建设用地审批手续。",
    ),
    forest_law(
        "第七十三条第一款",
        "未经县级以上人民政府林业主管部门审核同意，擅自改变林地用途的，由县级以上人民政府林业主管部门责令限期恢复植被和"
        "林业生产条件，可以处恢复植被和林业生产条件所需费用三倍以下的罚款。",
    ),
)  # fmt: skip
LAND: Final = (
    land_use_measures(
        "第二十五条",
        "经审核同意使用林地的建设项目，准予行政许可决定书的有效期为两年。",
    ),
)
RESTORE: Final = (
    forest_law(
        "第三十八条",
        "临时使用林地……期满后一年内，用地单位或者个人应当恢复植被和林业生产条件。",
    ),
    land_use_measures(
        "第二十二条第一款", "建设项目临时占用林地期满后，用地单位应当在一年内恢复被使用林地的林业生产条件。"
    ),
)  # fmt: skip
REPLANT: Final = (
    forest_law("第三十七条", "植树造林面积不得少于因占用林地而减少的森林植被面积"),
)  # fmt: skip
RESTORED = Choice(
    label=gettext_lazy("Restored as"),
    options=(
        ("forest", gettext_lazy("Forest land planted")),
        ("soil", gettext_lazy("Soil ready for planting")),
        ("other", gettext_lazy("Otherwise; the account says how")),
    ),
)


def obligations(held: Held, rows: Sequence[Any], tenure: str) -> Iterator[Obligation]:
    """The obligations of a consent to use the parcels `rows` permanently, temporarily or for forestry's own works."""
    parts = tuple(Part(key=str(row.pk), label=_name(row), planned={"area_ha": plain(row.area_ha)}) for row in rows)
    areas = {str(row.pk): row.area_ha or Decimal(0) for row in rows}
    granted = sum(areas.values(), Decimal(0))
    built = "land" in held.confirmed  # then the decision does not lapse with its term (令35号 art 25)
    if tenure == "permanent":
        yield _land(held)
    yield Obligation(
        code="start",
        basis=USE,
        counted=gettext_lazy("When the use begins; with the term it falls away") if held.last and not built
        else gettext_lazy("When the use begins"),
        after_end=built,
        opens=held.first,
        asks={"began_on": Day(label=gettext_lazy("The use began on"), past=True),
              "responsible": line(gettext_lazy("Person in charge on the site, and telephone"))},
        wrong=partial(_not_before, held, "began_on") if built else partial(_began, held),
    )  # fmt: skip
    yield Obligation(
        code="area",
        basis=USE,
        due=held.last,
        counted=gettext_lazy("By the last day of the term") if held.last else "",
        day_is_ours=held.last is not None,
        after=("start",),
        after_end=True,
        on_site=True,
        parts=parts,
        columns={"area_ha": Amount(label=gettext_lazy("Area actually used (ha)"), most="100000", places=4)},
        materials=(Wanted(code="survey", label=gettext_lazy("Survey of the area used")),),
        remarks=partial(_overrun, rows),
        short_of=partial(_beyond, granted),
    )
    if tenure == "temporary":
        yield _end(held)
        yield _restoration(held, parts, areas)
    yield from _replanting(held)


def _name(row: Any) -> str:
    return parcel_name({name: getattr(row, name) for name in PLACED})


def _land(held: Held) -> Obligation:
    return Obligation(
        code="land",
        basis=LAND,
        due=held.last,
        counted=gettext_lazy("Within the term of the decision"),
        after_end="land" in held.reports,  # reported within the term, it is looked at whenever that is
        asks={"number": line(gettext_lazy("Number of the approval of the construction land"), most=90),
              "approved_on": Day(label=gettext_lazy("Approved on"), past=True)},
        materials=(Wanted(code="approval", label=gettext_lazy("The approval of the construction land")),),
    )  # fmt: skip


def _end(held: Held) -> Obligation:
    return Obligation(
        code="end",
        basis=RESTORE,
        due=held.last + timedelta(days=END_DAYS) if held.last else None,
        counted=gettext_lazy("10 days after the last day of the term"),
        day_is_ours=True,
        after_end=True,
        after=("start",),
        asks={"ended_on": Day(label=gettext_lazy("The use ended on"), past=True),
              "left": words(gettext_lazy("What was removed, and what is still there"))},
        wrong=partial(_not_before, held, "ended_on"),
    )  # fmt: skip


def _restoration(held: Held, parts: tuple[Part, ...], areas: Mapping[str, Decimal]) -> Obligation:
    return Obligation(
        code="restoration",
        basis=RESTORE,
        due=after_months(held.last, MONTHS_TO_RESTORE) if held.last else None,
        counted=gettext_lazy("Within one year of the last day of the term"),
        after_end=True,
        nothing=held.none_by("area", areas),
        on_site=True,
        asks={"finished_on": Day(label=gettext_lazy("Restored on"), past=True),
              "account": words(gettext_lazy("Soil, species planted, survival"))},
        parts=parts,
        columns={
            "area_ha": Amount(label=gettext_lazy("Area restored (ha)"), most="100000", places=4),
            "restored": RESTORED,
        },
        materials=(
            Wanted(code="survey", label=gettext_lazy("Survey of the area restored")),
            Wanted(code="photos", label=gettext_lazy("Photographs before and after the restoration"), required=False),
        ),
        wrong=partial(_not_before, held, "finished_on"),
        short_of=partial(_too_little, held.area_by("area", areas)),
    )  # fmt: skip


def _replanting(held: Held) -> Iterator[Obligation]:
    """Ordered in the conditions of the approval. Its day is the one the line names."""
    gone, by = approval_annulled(held), granting(held.acts)
    for code, text in told_by(by) if by else ():
        yield Obligation(
            code=code,
            basis=REPLANT,
            **by_named_day(text),
            annulled=gone,
            after_end=True,
            on_site=True,
            asks={
                "place": line(gettext_lazy("Where it was planted")),
                "area_ha": Amount(label=gettext_lazy("Area planted (ha)"), most="100000", places=4),
                "species": line(gettext_lazy("Tree species")),
                "survival_pct": Amount(label=gettext_lazy("Survival (%)"), most="100", places=1),
            },
            materials=(Wanted(code="survey", label=gettext_lazy("Survey of the planting")),),
        )


def told_by(act: Any) -> Iterator[tuple[str, str]]:
    """Code and words of each replanting elsewhere that `act` orders, an approval: one for each line that says so."""
    if act.act != "grant_extension":
        ordered = (one for one in lines_of(act) if OFF_SITE.search(one))
        yield from ((f"replanting-{number}", text) for number, text in enumerate(ordered, 1))


def _began(held: Held, report: Reported) -> dict[str, str]:
    began = date.fromisoformat(report.values["began_on"])
    if began < held.first or (held.last and began > held.last):
        return {"began_on": _("This day lies outside the term of the consent.")}
    return {}


def _not_before(held: Held, field: str, report: Reported) -> dict[str, str]:
    """What was done under the consent was not done before it began."""
    early = date.fromisoformat(report.values[field]) < held.first
    return {field: _("This day lies before the term of the consent.")} if early else {}


def _total(report: Reported) -> Decimal:
    return sum((Decimal(row["area_ha"]) for row in report.table.values()), Decimal(0))


def _overrun(rows: Sequence[Any], report: Reported) -> list[str]:
    """Parcels of which more was used than consented to."""
    found = []
    for row in rows:
        used = Decimal(report.table.get(str(row.pk), {}).get("area_ha", "0"))
        if row.area_ha is not None and used > row.area_ha:
            told = {"row": _name(row), "used": plain(used), "granted": plain(row.area_ha)}
            found.append(_("%(row)s: %(used)s ha used, %(granted)s ha consented to.") % told)
    return found


def _beyond(granted: Decimal, report: Reported) -> str:
    """What lies beyond the consent needs one of its own (森林法 37, 73): it cannot be accepted."""
    used = _total(report)
    told = {"used": plain(used), "granted": plain(granted)}
    return _("%(used)s ha were used, %(granted)s ha consented to: this cannot be accepted.") % told if used > granted \
        else ""  # fmt: skip


def _too_little(used: Decimal, report: Reported) -> str:
    """The whole of what was used is restored (令35号 22: 被使用林地)."""
    restored = _total(report)
    told = {"restored": plain(restored), "granted": plain(used)}
    return "" if restored >= used else _(
        "%(restored)s ha were restored of %(granted)s ha: this cannot be accepted."
    ) % told  # fmt: skip
