"""What a felling licence obliges to: the felling checked, the regeneration in time and no smaller, its survival.

森林法 61; 森林采伐更新管理办法 13–15. A holder whose regeneration is overdue or in breach is found so when
it next applies (森林法 60; rules/grounds.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permits.aftercare.standing import aftercare_of
from permits.contract.kind import Label
from permits.contract.obligations import Attested, Held, Obligation, Part, Reported, Wanted
from permits.contract.terms import after_months
from permits.felling.facts import to_regenerate
from permits.felling.rules.sources import felling_measures, remembered_measures
from permits.models import Application, ObligationRow
from permits.models.facts import Amount, Day, line, words
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
CHECKED: Final = (
    forest_law("第五十六条第一款", "采伐林地上的林木应当申请采伐许可证，并按照采伐许可证的规定进行采伐"),
    felling_measures("第十三条", "（大意）采伐作业结束后检查作业质量，合格的发给采伐作业质量检查合格证。"),
)
REGENERATED: Final = (
    forest_law(
        "第六十一条",
        "采伐林木的组织和个人应当按照有关规定完成更新造林。更新造林的面积不得少于采伐的面积，更新造林应当达到相关技术规程规定的标准。",
    ),
    felling_measures("第十四条", "在采伐后的当年或者次年内必须完成更新造林任务。"),
    felling_measures("第五条", "上年度进行采伐的，应当提交上年度的更新验收合格证。"),
    remembered_measures(
        "第十八条", "（大意）更新后由核发采伐许可证的部门组织检查验收，合格的核发更新验收合格证。"
    ),
)  # fmt: skip
SURVIVED: Final = (felling_measures("第十五条", "（大意）人工更新当年成活率不低于85%，三年后保存率不低于80%。"),)


FELLED: Final = Attested(
    title="采伐作业质量检查合格证",
    law="《森林采伐更新管理办法》第十三条",
    finding="采伐作业质量合格",
)
GROWN: Final = Attested(
    title="更新验收合格证",
    law="《森林采伐更新管理办法》",
    finding="更新造林的面积和质量验收合格",
)
"""Named in the articles; no form of either was found, so its arrangement is ours. The article by which the second is
issued is remembered and not read: the paper names none."""


def obligations(held: Held, rows: Sequence[Any]) -> Iterator[Obligation]:
    """The obligations of a licence to fell the stands `rows`."""
    keyed = keyed_by_place(rows)
    regrown = {key: row for key, row in keyed.items() if to_regenerate(row.felling_type, row.purpose)}
    stands = list(regrown.values())
    yield _felling(held, keyed)
    if not stands:
        return
    areas = _areas(regrown)
    owed, nothing = held.area_by("felling", areas), held.none_by("felling", areas)
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
            "survival_pct": Amount(label=gettext_lazy("Survival (%)"), most="100", places=1),
        },
        materials=(Wanted(code="survey", label=gettext_lazy("Survey of the regeneration")),),
        short_of=partial(_short, owed, SURVIVES_FIRST),
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
        after=("regeneration",),
        parts=parts,
        columns={
            "area_ha": Amount(label=gettext_lazy("Area kept (ha)"), most="100000", places=4),
            "survival_pct": Amount(label=gettext_lazy("Survival (%)"), most="100", places=1),
        },
        materials=(Wanted(code="survey", label=gettext_lazy("Survey of the regeneration")),),
        short_of=partial(_short, owed, SURVIVES_LATER),
    )


def _areas(rows: Mapping[str, Any]) -> dict[str, Decimal]:
    """Hectares licensed, by row."""
    return {key: row.area_ha or Decimal(0) for key, row in rows.items()}


def _felling(held: Held, rows: Mapping[str, Any]) -> Obligation:
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
        remarks=partial(_beyond, rows),
        attested=None if held.none_by("felling", _areas(rows)) else FELLED,
    )  # fmt: skip


def _part(key: str, row: Any, planned: Mapping[str, Decimal | None]) -> Part:
    told = {name: plain(value) for name, value in planned.items() if value is not None}
    return Part(key=key, label=row.name, planned=told)


def _beyond(rows: Mapping[str, Any], report: Reported) -> list[str]:
    """Stands of which more was felled than licensed."""
    found = []
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


def _short(owed: Decimal, survives: Decimal, report: Reported) -> str:
    """The area is no smaller than what was felled, and enough of it has taken; over all stands, by area."""
    areas = [(Decimal(row["area_ha"]), Decimal(row["survival_pct"])) for row in report.table.values()]
    done = sum((area for area, _pct in areas), Decimal(0))
    if done < owed:
        told = {"done": plain(done), "owed": plain(owed)}
        return _("%(done)s ha were regenerated for %(owed)s ha felled: it must not be less.") % told
    low = [pct for area, pct in areas if area and pct < survives]
    if low:
        told = {"least": plain(survives), "has": plain(min(low))}
        return _("%(has)s %% has taken where it must be %(least)s %% or more.") % told
    return ""


def owed_by(application: Application) -> list[str]:
    """Numbers of the unit's other licences whose regeneration is overdue and neither accepted nor closed, or in breach,
    as the register here has them on this day."""
    rows = ObligationRow.objects.filter(
        permit__application__unit=application.unit_id,
        permit__application__kind="felling",
        code="regeneration",
    )
    rows = rows.exclude(permit=application.pk).exclude(state__in=DONE).select_related("permit__application")
    today = local_today()
    return [str(row.permit.application.number) for row in rows if row.state == O.BREACH or _passed(row, today)]


def _passed(row: ObligationRow, today: date) -> bool:
    """Whether the last day of a regeneration passed that is to be reported, or was found not in order: a day set to put
    it right gives no more time than the law. What was reported waits for its check."""
    due = row.due
    if row.state in (O.FAULTED, O.RECTIFYING) and (aftercare := aftercare_of(row.permit.application)):
        found = aftercare.of(row.code)
        due = found.obligation.due if found else due
    return due is not None and due < today
