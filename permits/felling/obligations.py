"""What a felling licence obliges to: the felling checked, the regeneration in time and no smaller, its survival.

森林法 61; 森林采伐更新管理办法 13–15. A holder whose regeneration is overdue or in breach is found so when
it next applies (森林法 60; rules/grounds.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, Final, NamedTuple

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permits.aftercare.standing import aftercare_of
from permits.contract.kind import Label
from permits.contract.obligations import Attested, Held, Obligation, Part, Reported, Wanted
from permits.contract.terms import after_months
from permits.felling.facts import to_regenerate
from permits.felling.rules.sources import felling_measures
from permits.models import Application, ObligationRow
from permits.models.facts import Amount, Day, Fact, Whole, line, words
from permits.models.obligation import DONE, O
from permits.rules.sources import forest_law
from permits.tables.columns import plain
from permits.tables.stands import keyed_by_place
from roles.days import local_today

LABELS: Final[Mapping[str, Label]] = {
    "felling": gettext_lazy("Report on the felling"),
    "regeneration": gettext_lazy("Regeneration"),
    "survival": gettext_lazy("Survival after three years"),
}
FELLED_DAYS: Final = 30
"""Days after the last day of felling. Ours."""
SURVIVES_FIRST, SURVIVES_LATER = Decimal(85), Decimal(80)
"""Per cent that must have taken in the year of planting, and after three years (采伐办法 15)."""
YEARS_LATER: Final = 3
SURVIVAL: Final = Amount(label=gettext_lazy("Survival (%)"), most="100", places=1, required=False)
"""Asked of what was planted; of what was helped along, where trees were planted or sown in between."""
SAPLINGS, SEEDLINGS, EVENNESS = Decimal(3000), Decimal(6000), Decimal(60)
"""Saplings of the target species for each hectare of a clear cut that regenerates naturally, or else seedlings, and how
evenly they stand, in per cent (采伐办法 15(3))."""
COUNTED: Final[Mapping[str, Fact]] = {
    "saplings_per_ha": Whole(label=gettext_lazy("Saplings of the target species (per ha)"), required=False),
    "seedlings_per_ha": Whole(label=gettext_lazy("Seedlings of the target species (per ha)"), required=False),
    "evenness_pct": Amount(label=gettext_lazy("Evenness (%)"), most="100", places=1, required=False),
}
CHECKED: Final = (
    forest_law("第五十六条第一款", "采伐林地上的林木应当申请采伐许可证，并按照采伐许可证的规定进行采伐"),
    felling_measures(
        "第十三条",
        "森林采伐后，核发林木采伐许可证的部门应当对采伐作业质量组织检查验收，签发采伐作业质量验收证明。",
    ),
)
REGENERATED: Final = (
    forest_law(
        "第六十一条",
        "采伐林木的组织和个人应当按照有关规定完成更新造林。更新造林的面积不得少于采伐的面积，更新造林应当达到相关技术规程规定的标准。",
    ),
    felling_measures("第十四条", "在采伐后的当年或者次年内必须完成更新造林任务。"),
    felling_measures("第五条", "上年度进行采伐的，应当提交上年度的更新验收合格证。"),
    felling_measures(
        "第十五条",
        "更新质量必须达到以下标准：……人工更新，当年成活率应当不低于85%……补植、补播后的成活率和保存率达到人工更新的标准；"
        "天然下种前整地的，达到本条第三项规定的天然更新标准。……天然更新，每公顷皆伐迹地应当保留健壮目的树种幼树不少于3000株"
        "或者幼苗不少于6000株，更新均匀度应当不低于60%。",
    ),
    felling_measures(
        "第十八条",
        "森林更新后，核发林木采伐许可证的部门应当组织更新单位对更新面积和质量进行检查验收，核发更新验收合格证。",
    ),
)  # fmt: skip
SURVIVED: Final = (
    felling_measures(
        "第十五条", "人工更新，……3年后保存率应当不低于80%。……补植、补播后的成活率和保存率达到人工更新的标准"
    ),
)


FELLED: Final = Attested(
    title="采伐作业质量验收证明",
    law="《森林采伐更新管理办法》第十三条",
    finding="采伐作业质量合格",
)
GROWN: Final = Attested(
    title="更新验收合格证",
    law="《森林采伐更新管理办法》第十八条",
    finding="更新造林的面积和质量验收合格",
)
"""Named in the articles; no form of either was found, so its arrangement is ours. Where more was felled than
licensed, or later, none attests the felling, however it was dealt with. By both articles the organ that licensed the
felling issues them: here it is the supervising agency that closes."""


def obligations(held: Held, rows: Sequence[Any]) -> Iterator[Obligation]:
    """The obligations of a licence to fell the stands `rows`."""
    keyed = keyed_by_place(rows)
    regrown = {key: row for key, row in keyed.items() if to_regenerate(row.felling_type, row.purpose)}
    stands = list(regrown.values())
    yield _felling(held, keyed)
    if not stands:
        return
    areas = _areas(regrown)
    owed, nothing = _owed(held, areas), held.none_by("felling", areas)
    grows = Grows.of(regrown)
    years = [row.regeneration_year for row in stands if row.regeneration_year]
    last = max(years) if years else (held.last or held.first).year + 1
    parts = tuple(_part(key, row, {"area_ha": row.regeneration_area_ha or row.area_ha}) for key, row in regrown.items())
    yield Obligation(
        code="regeneration",
        basis=REGENERATED,
        due=date(last, 12, 31),
        counted=gettext_lazy("The last day of the year the licence names for it"),
        after_end=True,
        nothing=nothing,
        on_site=True,
        asks={"finished_on": Day(label=gettext_lazy("Finished on"), past=True),
              "account": words(gettext_lazy("How it was done"), required=False)},
        parts=parts,
        columns={
            "area_ha": Amount(label=gettext_lazy("Area regenerated (ha)"), most="100000", places=4),
            "species": line(gettext_lazy("Tree species")),
            "survival_pct": SURVIVAL,
            **(COUNTED if grows.counted else {}),
        },
        materials=(Wanted(code="survey", label=gettext_lazy("Survey of the regeneration")),),
        wrong=partial(_regrown, held, grows),
        short_of=partial(_short, owed, grows, SURVIVES_FIRST),
        attested=GROWN,
    )  # fmt: skip
    yield Obligation(
        code="survival",
        basis=SURVIVED,
        due=after_months(date(last, 12, 31), 12 * YEARS_LATER),
        counted=gettext_lazy("Three years after the regeneration was due"),
        after_end=True,
        nothing=nothing,
        on_site=True,
        opens=_years_later(held),
        after=("regeneration",),
        parts=parts,
        columns={
            "area_ha": Amount(label=gettext_lazy("Area kept (ha)"), most="100000", places=4),
            "survival_pct": SURVIVAL,
        },
        materials=(Wanted(code="survey", label=gettext_lazy("Survey of the regeneration")),),
        wrong=partial(_rates, grows.planted),
        short_of=partial(_short, owed, grows, SURVIVES_LATER),
    )


class Grows(NamedTuple):
    """Keys of the rows by how forest grows again on them: `planted`, `helped` along, and of the clear cuts that are not
    planted those `counted` by the young trees."""

    planted: frozenset[str]
    helped: frozenset[str]
    counted: frozenset[str]

    @classmethod
    def of(cls, rows: Mapping[str, Any]) -> Grows:
        """By what the licence says of each."""
        by = {key: row.regeneration_method for key, row in rows.items()}
        planted, helped, natural = (
            frozenset(key for key, method in by.items() if method == one) for one in ("planting", "assisted", "natural")
        )
        cut = frozenset(key for key, row in rows.items() if row.manner == "clear")
        return cls(planted, helped, (helped | natural) & cut)


def _areas(rows: Mapping[str, Any]) -> dict[str, Decimal]:
    """Hectares licensed, by row."""
    return {key: row.area_ha or Decimal(0) for key, row in rows.items()}


def _felling(held: Held, rows: Mapping[str, Any]) -> Obligation:
    report = held.reports.get("felling")
    beyond = bool(report and _beyond(held, rows, report))
    return Obligation(
        code="felling",
        basis=CHECKED,
        due=held.last + timedelta(days=FELLED_DAYS) if held.last else None,
        counted=gettext_lazy("30 days after the last day of felling"),
        day_is_ours=True,
        after_end=True,
        on_site=True,
        opens=held.first,
        asks={"finished_on": Day(label=gettext_lazy("Finished on"), past=True, required=False),
              "account": words(gettext_lazy("How it went; of what was not felled, why"), required=False)},
        parts=tuple(
            _part(key, row, {"area_ha": row.area_ha, "volume_m3": row.volume_m3}) for key, row in rows.items()
        ),
        columns={
            "area_ha": Amount(label=gettext_lazy("Area felled (ha)"), most="100000", places=4),
            "volume_m3": Amount(label=gettext_lazy("Volume felled (m³)"), most="10000000", places=4),
        },
        materials=(Wanted(code="survey", label=gettext_lazy("Survey of the felling")),),
        wrong=partial(_finished, held),
        remarks=partial(_beyond, held, rows),
        attested=None if beyond or held.none_by("felling", _areas(rows)) else FELLED,
    )  # fmt: skip


def _part(key: str, row: Any, planned: Mapping[str, Decimal | None]) -> Part:
    told = {name: plain(value) for name, value in planned.items() if value is not None}
    return Part(key=key, label=row.name, planned=told)


def _finished(held: Held, report: Reported) -> dict[str, str]:
    """What was felled has a day on which it was finished, and none before the licence's first."""
    felled = any(Decimal(amount) for row in report.table.values() for amount in row.values())
    if felled and "finished_on" not in report.values:
        return {"finished_on": _("This field is required.")}
    return _not_before(held, report)


def _not_before(held: Held, report: Reported) -> dict[str, str]:
    finished = report.values.get("finished_on")
    if finished and date.fromisoformat(finished) < held.first:
        return {"finished_on": _("The licence holds from %(day)s.") % {"day": date_format(held.first)}}
    return {}


def _regrown(held: Held, grows: Grows, report: Reported) -> dict[str, str]:
    """Nothing grows again before the licence's first day; how much of what was planted has taken is told, and how many
    young trees stand on a clear cut that was not. A row in between which trees were planted tells the one or the
    other."""
    missing = {
        f"{key}.{'evenness_pct' if _counts(row) else 'saplings_per_ha'}": _("This field is required.")
        for key, row in report.table.items()
        if key in grows.counted
        and Decimal(row.get("area_ha") or 0)
        and not (_counts(row) and "evenness_pct" in row)
        and not (key in grows.helped and "survival_pct" in row)
    }
    return _not_before(held, report) | _rates(grows.planted, report) | missing


def _counts(row: Mapping[str, str]) -> bool:
    return "saplings_per_ha" in row or "seedlings_per_ha" in row


def _rates(planted: Collection[str], report: Reported) -> dict[str, str]:
    """采伐办法 15(1) asks how much has taken of what was planted 人工更新."""
    return {
        f"{key}.survival_pct": _("This field is required.")
        for key, row in report.table.items()
        if key in planted and "survival_pct" not in row
    }


def _years_later(held: Held) -> date | None:
    """Three years after the regeneration was finished, as reported: an earlier look says nothing of what is kept."""
    report = held.reports.get("regeneration")
    finished = report.values.get("finished_on") if report else None
    return after_months(date.fromisoformat(finished), 12 * YEARS_LATER) if finished else None


def _beyond(held: Held, rows: Mapping[str, Any], report: Reported) -> list[str]:
    """Stands of which more was felled than licensed, and a felling that went on after the licence's last day."""
    found = []
    finished = report.values.get("finished_on")
    if finished and held.last and date.fromisoformat(finished) > held.last:
        days = {"finished": date_format(date.fromisoformat(finished)), "last": date_format(held.last)}
        found.append(_("Finished on %(finished)s, after the last day of the licence, %(last)s.") % days)
    for key, row in rows.items():
        said = report.table.get(key, {})
        for name, granted in (("area_ha", row.area_ha), ("volume_m3", row.volume_m3)):
            felled = Decimal(said.get(name, "0"))
            if granted is not None and felled > granted:
                told = {"stand": row.name, "felled": plain(felled), "granted": plain(granted)}
                text = _("%(stand)s: %(felled)s ha felled, %(granted)s ha licensed.") if name == "area_ha" else _(
                    "%(stand)s: %(felled)s m³ felled, %(granted)s m³ licensed.")  # fmt: skip
                found.append(text % told)
    return found


class Owed(NamedTuple):
    """Hectares to be regenerated; `told` whether it is what was felled by a report found right, else what is licensed
    counts for what the holder says was left standing."""

    area: Decimal
    told: bool


def _owed(held: Held, areas: Mapping[str, Decimal]) -> Owed:
    return Owed(held.area_by("felling", areas), "felling" in held.confirmed)


def _short(owed: Owed, grows: Grows, survives: Decimal, report: Reported) -> str:
    """The area is no smaller than what was felled, over all stands; of each stand enough has taken or grows."""
    done = sum((Decimal(row["area_ha"]) for row in report.table.values()), Decimal(0))
    if done < owed.area:
        told = {"done": plain(done), "owed": plain(owed.area)}
        if owed.told:
            return _("%(done)s ha were regenerated for %(owed)s ha felled: it must not be less.") % told
        return _(
            "%(done)s ha were regenerated. It must not be less than was felled: until the report on the felling is "
            "accepted %(owed)s ha count."
        ) % told  # fmt: skip
    rows = {key: row for key, row in report.table.items() if Decimal(row["area_ha"])}
    asked = grows.planted | grows.helped
    rates = [Decimal(row["survival_pct"]) for key, row in rows.items() if key in asked and "survival_pct" in row]
    if low := [pct for pct in rates if pct < survives]:
        told = {"least": plain(survives), "has": plain(min(low))}
        return _("%(has)s %% has taken where it must be %(least)s %% or more.") % told
    if any(_too_few(row) for key, row in rows.items() if key in grows.counted and _counts(row)):
        told = {"saplings": plain(SAPLINGS), "seedlings": plain(SEEDLINGS), "evenness": plain(EVENNESS)}
        return _(
            "On each ha of a clear cut that regenerates naturally there must be %(saplings)s saplings or %(seedlings)s "
            "seedlings of the target species, or more, %(evenness)s %% evenly spread or better."
        ) % told  # fmt: skip
    return ""


def _too_few(row: Mapping[str, str]) -> bool:
    enough = Decimal(row.get("saplings_per_ha", 0)) >= SAPLINGS or Decimal(row.get("seedlings_per_ha", 0)) >= SEEDLINGS
    return not enough or Decimal(row.get("evenness_pct", 0)) < EVENNESS


def owed_by(application: Application) -> list[str]:
    """Numbers of the unit's other licences whose regeneration is overdue and neither accepted nor closed, or in breach,
    as the register here has them on this day."""
    rows, today = _others(application).exclude(state__in=DONE), local_today()
    return [str(row.permit.application.number) for row in rows if row.state == O.BREACH or _passed(row, today)]


def felled_by(application: Application) -> list[str]:
    """Numbers of the unit's other licences by which it could fell in the year before this day's, and after which
    something is to be regenerated; not of those under which nothing was felled, once that was accepted."""
    year = local_today().year - 1
    rows = _others(application).filter(permit__valid_from__year__lte=year, permit__valid_to__year__gte=year)
    return [str(row.permit.application.number) for row in rows if not _nothing(row)]


def _others(application: Application) -> QuerySet[ObligationRow]:
    rows = ObligationRow.objects.filter(
        permit__application__unit=application.unit_id, permit__application__kind="felling", code="regeneration"
    )
    return rows.exclude(permit=application.pk).select_related("permit__application").order_by("permit")


def _nothing(row: ObligationRow) -> bool:
    """Whether nothing is left to regenerate, because nothing was felled."""
    aftercare = aftercare_of(row.permit.application)
    standing = aftercare.of(row.code) if aftercare else None
    return standing is not None and standing.obligation.nothing


def _passed(row: ObligationRow, today: date) -> bool:
    """Whether the last day of a regeneration passed that is to be reported, or was found not in order: a day set to put
    it right gives no more time than the law. What was reported waits for its check."""
    due = row.due
    if row.state in (O.FAULTED, O.RECTIFYING) and (aftercare := aftercare_of(row.permit.application)):
        found = aftercare.of(row.code)
        due = found.obligation.due if found else due
    return due is not None and due < today
