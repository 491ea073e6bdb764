"""What an introduction obliges to 引入后使用管控: arrival, customs copy, trial, periodic reports, escapes, end state.

S4 L122, Beijing's plan, asks for strict control after the introduction and does not say how; the recorded points are
those the law lets an authority ask for, in Tianjin by 许可法 61 alone. No interval of reports was found: half a year is
ours. Each obligation names the law of what was introduced: that on wildlife says nothing of seeds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from msgspec import structs

from permits.contract.kind import Label
from permits.contract.obligations import Alarm, Held, Obligation, Part, Reported, Wanted
from permits.contract.terms import after_months
from permits.documents.content import chinese_date
from permits.models.facts import Choice, Day, Whole, line, words
from permits.rules.base import Citation
from permits.rules.places import BEIJING, place_of
from permits.rules.sources import (
    PERMIT_LAW_WATCH,
    beijing_wildlife,
    biosecurity,
    endangered,
    import_measures,
    plant_quarantine,
    s4,
    wildlife_regulation,
)

LABELS: Final[Mapping[str, Label]] = {
    "arrival": gettext_lazy("Report on the arrival"),
    "customs": gettext_lazy("Copy of the import certificate after customs release"),
    "trial": gettext_lazy("Isolation trial and its assessment"),
    "report": gettext_lazy("Periodic report"),
    "escape": gettext_lazy("Report on what was done after an escape"),
    "end": gettext_lazy("Report on the end state"),
}
MONTHS_BETWEEN: Final = 6
"""Months between two periodic reports. Ours: only monthly publication by breeders in Beijing was found."""
TRIAL_DAYS, ARRIVAL_DAYS, ESCAPE_DAYS = 30, 10, 10
"""Days after the isolation, the arrival and an alarm. Ours."""
CUSTOMS_DAYS: Final = 30
CONTROL: Final = s4(122, "依法严格外来物种引入审批,强化引入后使用管控")
CUSTOMS: Final = endangered(
    "第二十一条第一款",
    "自海关放行之日起30日内，将海关验讫的允许进出口证明书副本交国家濒危物种进出口管理机构备案。",
)
TRIAL: Final = import_measures(
    "隔离引种试验的规定（条号未查到）", "（大意）首次引进的应当进行隔离引种试验并经评估。", "memory"
)
BREEDERS: Final = beijing_wildlife(
    "第二十四条",
    "建立人工繁育野生动物档案……定期向野生动物主管部门报告人工繁育情况，按月公示人工繁育野生动物的流向信息，并接受监督检查。",
)
PLANTED: Final = plant_quarantine(
    "第十二条第二款",
    "从国外引进、可能潜伏有危险性病、虫的种子、苗木和其他繁殖材料，必须隔离试种，"
    "植物检疫机构应进行调查、观察和检疫，证明确实不带危险性病、虫的，方可分散种植。",
)
ALIEN: Final = biosecurity("第六十条第三款", "任何单位和个人未经批准，不得擅自引进、释放或者丢弃外来物种。")
KEPT_IN: Final = wildlife_regulation(
    "第二十二条第一款",
    "从国外或者外省、自治区、直辖市引进野生动物进行驯养繁殖的，应当采取适当措施，防止其逃至野外",
)
ALARM: Final = Alarm(basis=(ALIEN,))
ANIMAL, PLANT = "terrestrial_animal", "forest_plant"
END_STATE = Choice(
    label=gettext_lazy("End state"),
    options=(
        ("destroyed", gettext_lazy("Destroyed without harm")),
        ("returned", gettext_lazy("Returned")),
        ("passed_on", gettext_lazy("Passed on to another, by the law")),
        ("spread", gettext_lazy("Spread or planting out allowed, with the paper")),
        ("died", gettext_lazy("Died")),
    ),
)
OF_RELEASE: Final = structs.replace(
    END_STATE, options=(*END_STATE.options, ("released", gettext_lazy("Released into the wild, as approved")))
)
ASSESSED = Choice(
    label=gettext_lazy("Outcome of the assessment"),
    options=(
        ("passed", gettext_lazy("Passed")),
        ("failed", gettext_lazy("Not passed")),
        ("longer", gettext_lazy("To be observed longer")),
    ),
)
OUTSIDE: Final = frozenset({"spread", "released"})
"""End states in which something lives on outside."""
NONE_LEFT: Final = frozenset({"destroyed", "returned", "died"})
"""End states in which nothing is there any more that could be tried in isolation."""


def isolated(taxon: str, source: str, *, first: bool) -> bool:
    """Whether a species is tried in isolation where there is a plan of it: seeds and seedlings from abroad
    (植物检疫条例 12(2)), and what comes from abroad for the first time (令19号). Of nothing else a law asks it."""
    return source == "abroad" and (first or taxon == PLANT)


def obligations(held: Held, head: Any, rows: Sequence[Any], place: str) -> Iterator[Obligation]:
    """The obligations of an introduction of the species `rows` in the district `place`, kept as `head` says."""
    parts = tuple(Part(key=str(row.pk), label=_name(row), planned={"number": str(row.quantity or "")}) for row in rows)
    beijing, animals = place_of(place) == BEIJING, any(row.taxon == ANIMAL for row in rows)
    control = CONTROL if beijing else PERMIT_LAW_WATCH
    tried = [row for row in rows if isolated(row.taxon, row.source, first=bool(row.first_introduction))]
    trial = bool(head.isolation_trial and tried)
    abroad = [row for row in rows if row.source == "abroad"]
    listed = any(row.cites for row in abroad)
    yield _arrival(held, head, parts, control, trial=trial, customs=bool(abroad), listed=listed)
    if listed:
        yield _customs(held)
    if trial:
        yield _trial(held, head, (*_trial_by({row.taxon for row in tried}), control))
    yield from _periodic(held, parts, (control, BREEDERS) if beijing and animals else (control,))
    yield from _escapes(held, (ALIEN, KEPT_IN) if animals else (ALIEN,))
    yield _end(held, control, trial=trial, releases=head.purpose == "release")


def _trial_by(taxa: Collection[str]) -> Iterator[Citation]:
    """What asks for the trial in isolation of these groups."""
    if PLANT in taxa:
        yield PLANTED
    if any(taxon != PLANT for taxon in taxa):
        yield TRIAL


def _end(held: Held, control: Citation, *, trial: bool, releases: bool) -> Obligation:
    """What became of everything; `releases`: it was approved to be released into the wild."""
    return Obligation(
        code="end",
        basis=(control,),
        wrong=partial(_ended, held),
        short_of=partial(_spread_untried, held) if trial else None,
        remarks=partial(_spread_unproven, held) if trial else None,
        counted=gettext_lazy("When none is left, or what is kept is no longer under control"),
        after=("arrival",),
        after_end=True,
        on_site=True,
        asks={
            "ended_on": Day(label=gettext_lazy("Ended on"), past=True),
            "state": OF_RELEASE if releases else END_STATE,
            "account": words(gettext_lazy("What became of each species")),
        },
        materials=(Wanted(code="proof", label=gettext_lazy("Proof of the end state")),),
    )


def _name(row: Any) -> str:
    """A species, and the unit in which its number is told."""
    name = row.chinese_name or row.scientific_name
    return f"{name}（{row.unit}）" if row.unit else name


def _arrival(
    held: Held, head: Any, parts: tuple[Part, ...], control: Citation, *, trial: bool, customs: bool, listed: bool
) -> Obligation:
    """Of listed species it tells the release by customs: from that day the copy of the certificate is owed."""
    expected = max(head.arrives_on, held.first) if head.arrives_on else None
    released = Day(label=gettext_lazy("Released by customs on"), past=True, required=listed)
    return Obligation(
        code="arrival",
        basis=(control,),
        due=expected + timedelta(days=ARRIVAL_DAYS) if expected else None,
        counted=gettext_lazy("10 days after the arrival that was expected") if expected else "",
        day_is_ours=expected is not None,
        opens=held.first,
        asks={
            "arrived_on": Day(label=gettext_lazy("Arrived on"), past=True),
            **({"released_on": released} if customs else {}),
            "place": line(gettext_lazy("Place of keeping or planting")),
            "responsible": line(gettext_lazy("Person responsible"), most=60),
            "marking": line(gettext_lazy("Marking")),
            "isolation_from": Day(label=gettext_lazy("Isolation from"), required=trial),
            "isolation_to": Day(label=gettext_lazy("Isolation to"), required=trial),
        },
        parts=parts,
        columns={"number": Whole(label=gettext_lazy("Number that arrived"))},
        materials=(Wanted(code="photos", label=gettext_lazy("Photographs of place and marking")),),
        wrong=partial(_arrived, held),
        remarks=partial(_more, parts),
    )


def _customs(held: Held) -> Obligation:
    """Within thirty days of the release that the report on the arrival tells."""
    released = _told_of_arrival(held, "released_on")
    return Obligation(
        code="customs",
        basis=(CUSTOMS,),
        due=released + timedelta(days=CUSTOMS_DAYS) if released else None,
        counted=gettext_lazy("30 days after the release by customs"),
        after=("arrival",),
        after_end=True,
        asks={"number": line(gettext_lazy("Number of the certificate"), most=90)},
        materials=(Wanted(code="copy", label=gettext_lazy("The certificate as customs stamped it")),),
    )


def _told_of_arrival(held: Held, field: str) -> date | None:
    """The day that the report on the arrival gives for `field`; None before that."""
    report = held.reports.get("arrival")
    told = report.values.get(field) if report else None
    return date.fromisoformat(told) if told else None


def _trial(held: Held, head: Any, basis: Sequence[Citation]) -> Obligation:
    """After the isolation as planned, or as it came about where the material arrived later. What did not pass is put
    right by what becomes of the species, and falls away once none is left."""
    end = held.reports.get("end")
    ends = [day for day in (head.isolation_to, _told_of_arrival(held, "isolation_to")) if day]
    return Obligation(
        code="trial",
        basis=basis,
        due=max(ends) + timedelta(days=TRIAL_DAYS) if ends else None,
        counted=gettext_lazy("30 days after the end of the isolation"),
        day_is_ours=True,
        after=("arrival",),
        after_end=True,
        nothing=end is not None and "end" in held.confirmed and end.values.get("state") in NONE_LEFT,
        asks={
            "began_on": Day(label=gettext_lazy("Isolation from"), past=True),
            "ended_on": Day(label=gettext_lazy("Isolation to"), past=True),
            "institute": line(gettext_lazy("Institute that assessed it")),
            "assessed": ASSESSED,
        },
        materials=(Wanted(code="assessment", label=gettext_lazy("Report of the institute")),),
        wrong=partial(_in_order, held, "began_on", "ended_on"),
        short_of=_not_passed,
        in_words=_failed,
    )


def _periodic(held: Held, parts: tuple[Part, ...], basis: Sequence[Citation]) -> Iterator[Obligation]:
    """Those accepted, and the next: it follows when the one before was accepted, so that none depends on today."""
    number = 1
    while f"report-{number}" in held.accepted:
        yield _one_period(held, parts, basis, number)
        number += 1
    if "end" not in held.accepted:
        yield _one_period(held, parts, basis, number)


def _one_period(held: Held, parts: tuple[Part, ...], basis: Sequence[Citation], number: int) -> Obligation:
    """Counted from the arrival: before it there is nothing to report on, and no day."""
    arrived = _told_of_arrival(held, "arrived_on")
    return Obligation(
        code=f"report-{number}",
        basis=basis,
        due=after_months(arrived, MONTHS_BETWEEN * number) if arrived else None,
        counted=gettext_lazy("Every six months from the arrival"),
        day_is_ours=True,
        after=("arrival",),
        asks={
            "from": Day(label=gettext_lazy("Period from"), past=True),
            "to": Day(label=gettext_lazy("Period to"), past=True),
            "health": words(gettext_lazy("Health, breeding, signs of invasion")),
            "measures": words(gettext_lazy("How escape and spread were guarded against")),
        },
        parts=parts,
        columns={
            "number": Whole(label=gettext_lazy("Number kept")),
            "whereabouts": line(gettext_lazy("Whereabouts of those gone"), required=False),
        },
        wrong=partial(_in_order, held, "from", "to"),
    )


def _escapes(held: Held, basis: Sequence[Citation]) -> Iterator[Obligation]:
    """One for each alarm, by its number in the record; told within the day it was found, or remarked on."""
    for act, code, detail in ((one, *told) for one in held.acts for told in told_by(one)):
        yield Obligation(
            code=code,
            basis=basis,
            detail=detail,
            due=timezone.localdate(act.at) + timedelta(days=ESCAPE_DAYS),
            counted=gettext_lazy("10 days after the alarm"),
            day_is_ours=True,
            after_end=True,
            on_site=True,
            asks={
                "recaptured": Whole(label=gettext_lazy("How many were caught again or removed")),
                "measures": words(gettext_lazy("What was done, and against its happening again")),
                "spread": words(gettext_lazy("Whether and where it spread")),
            },
            materials=(Wanted(code="proof", label=gettext_lazy("Photographs or other proof")),),
        )


def told_by(act: Any) -> Iterator[tuple[str, str]]:
    """Code and words of the escape that `act` told of, an alarm."""
    if act.act == "raise_alarm":
        yield f"escape-{act.seq}", _alarm_told(act.facts, timezone.localdate(act.at))


def _alarm_told(said: Mapping[str, Any], told: date) -> str:
    """Which escape; that the alarm came later than the day it was found."""
    found = date.fromisoformat(said["found_on"])
    event = f"{chinese_date(found)} {said['species']} {said['place']}"
    return f"{event}（{chinese_date(told)}报告，未在发现当日报告）" if found < told else event


def _arrived(held: Held, report: Reported) -> dict[str, str]:
    if early := _since_approval(held, "arrived_on", report):
        return early
    arrived, released = report.values["arrived_on"], report.values.get("released_on")
    if released and not held.first.isoformat() <= released <= arrived:
        return {"released_on": _("Customs release what comes after the approval, and before it arrives.")}
    first, last = report.values.get("isolation_from"), report.values.get("isolation_to")
    if first and last and last < first:
        return {"isolation_to": _("It cannot end before it begins.")}
    return _since_approval(held, "isolation_from", report) if first else {}


def _since_approval(held: Held, name: str, report: Reported) -> dict[str, str]:
    early = date.fromisoformat(report.values[name]) < held.first
    return {name: _("This day lies before the approval.")} if early else {}


def _ended(held: Held, report: Reported) -> dict[str, str]:
    """Nothing that had not arrived came to an end."""
    arrived = _told_of_arrival(held, "arrived_on")
    if arrived and date.fromisoformat(report.values["ended_on"]) < arrived:
        return {"ended_on": _("This day lies before the arrival.")}
    return _since_approval(held, "ended_on", report)


def _spread_untried(held: Held, report: Reported) -> str:
    """Planted out or spread is only what was tried in isolation (植物检疫条例 12(2); 令19号, from memory)."""
    if report.values.get("state") not in OUTSIDE or "trial" in held.accepted:
        return ""
    return _("The trial in isolation was not accepted yet: nothing of what is tried may be spread.")


def _spread_unproven(held: Held, report: Reported) -> list[str]:
    """Of several species one may have failed and been put right: which of them is spread is for a person to look at."""
    trial = held.reports.get("trial")
    if report.values.get("state") not in OUTSIDE or trial is None or trial.values.get("assessed") == "passed":
        return []
    return [_("The trial in isolation did not pass: what failed may not be spread.")]


def _in_order(held: Held, first: str, last: str, report: Reported) -> dict[str, str]:
    if report.values[last] < report.values[first]:
        return {last: _("It cannot end before it begins.")}
    return _since_approval(held, first, report)


def _failed(report: Reported) -> bool:
    return report.values.get("assessed") == "failed"


def _not_passed(report: Reported) -> str:
    if _failed(report):
        return _("The trial did not pass its assessment: what was introduced may not be spread or brought in again.")
    passed = report.values.get("assessed") == "passed"
    return "" if passed else _("The trial is not finished: it is reported again once it was assessed.")


def _more(parts: tuple[Part, ...], report: Reported) -> list[str]:
    """More came than was granted."""
    found = []
    for part in parts:
        came, granted = report.table.get(part.key, {}).get("number"), part.planned.get("number")
        if came and granted and int(came) > int(granted):
            told = {"species": part.label, "came": came, "granted": granted}
            found.append(_("%(species)s: %(came)s arrived, %(granted)s were granted.") % told)
    return found
