"""The official papers of a felling licence, in Chinese, from what was handed in last: that was decided on."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from permits.acts.decided import decided_matter
from permits.documents.content import Certificate, Letter
from permits.documents.forms import clauses
from permits.documents.forms.common import period
from permits.documents.numbering import issue_of
from permits.documents.standard import clauses_against
from permits.felling.columns import STANDS
from permits.felling.facts import to_regenerate
from permits.felling.letters import FellingWork, felling_approval, felling_licence, felling_refusal
from permits.felling.requirements import MAPS
from permits.kinds import kind_of
from permits.models import Application, Document
from permits.models.submission import handed_in_as
from permits.tables import stands
from permits.tables.kind import handed_in
from permits.tables.listing import MAP_TO_SEE, annex, publicly_told, summed

IN_THE_ANNEX = (
    "township", "compartment", "number", "stand_purpose", "origin", "species", "area_ha", "volume_m3", "stems",
    "felling_type", "manner",
)  # fmt: skip
WHAT_GROWS_AGAIN = ("regeneration_method", "regeneration_area_ha", "regeneration_year")


def paper(document: Document) -> Letter | Certificate:
    """The content of `document`, which an approval or a refusal required."""
    application, act = document.application, document.act
    issue, matter, work = issue_of(document), decided_matter(application, document.act), work_of(application)
    if document.kind == "felling_refusal":
        return felling_refusal(
            issue, matter, work, reasons=clauses(act.facts.get("reasons")), basis=clauses_against(act)
        )
    conditions = clauses(act.facts.get("conditions"))
    if document.kind == "felling_approval":
        return felling_approval(issue, matter, work, conditions=conditions)
    decision = act.documents.get(kind="felling_approval").number
    return felling_licence(issue, matter, work, decision=decision, conditions=conditions)


PUBLIC_HEADS: Final = {
    "采伐地点": _("Place of the felling"), "采伐面积": _("Area felled"), "采伐蓄积": _("Volume felled"),
    "采伐期限": _("When trees are felled"), "更新": _("What grows again"),
}  # fmt: skip
"""The heads of `made_public` that no column has, for readers of another language."""


def made_public(application: Application) -> tuple[tuple[str, str], ...]:
    """Place, area, volume, manner and time of the felling."""
    work = work_of(application)
    return (
        ("采伐地点", work.place),
        ("采伐面积", f"{work.area_ha}公顷"),
        ("采伐蓄积", f"{work.volume_m3}立方米（{work.stems}株）"),
        ("采伐类型", "、".join(work.types)),
        ("采伐方式", "、".join(work.manners)),
        ("采伐期限", work.term),
        *publicly_told(
            STANDS,
            handed_in(application)["stands"],
            ("compartment", "ownership", "forest_category", "stand_purpose", "species"),
        ),
        *((("更新", work.regeneration),) if work.regeneration else ()),
        *((MAP_TO_SEE,) if handed_in_as(application, MAPS.slot) else ()),
    )


def work_of(application: Application) -> FellingWork:
    """What was handed in last, in the words of the papers."""
    snapshot = handed_in(application)
    head, rows = snapshot["felling"], snapshot["stands"]
    area, volume, stems = (summed(rows, name) for name in ("area_ha", "volume_m3", "stems"))
    regenerated = summed(_regenerated(rows), "regeneration_area_ha")
    townships = "、".join(dict.fromkeys(str(row["township"]) for row in rows))
    return FellingWork(
        place=f"{application.jurisdiction.name}{townships}",
        area_ha=area,
        volume_m3=volume,
        stems=stems,
        types=_each("felling_type", rows),
        manners=_each("manner", rows),
        species=tuple(dict.fromkeys(one for row in rows for one in stands.species(row["species"]))),
        ownership=_each("ownership", rows),
        term=_term(application, head),
        regeneration=_regeneration(rows),
        stands=annex(
            STANDS,
            rows,
            names=IN_THE_ANNEX + (WHAT_GROWS_AGAIN if _regenerated(rows) else ()),
            summed={"area_ha": area, "volume_m3": volume, "stems": stems, "regeneration_area_ha": regenerated},
        ),
        uscc=application.unit.credit_code,
        tending_design=head["tending_design"],
    )


def _each(name: str, rows: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The values of a column in the official words, each once."""
    return tuple(dict.fromkeys(STANDS.by_name[name].display(row[name], official=True) for row in rows))


def _term(application: Application, head: Mapping[str, Any]) -> str:
    """The permit's days; before the decision, and where it is refused, those applied for."""
    term = kind_of(application).term(application)
    first = term.first or date.fromisoformat(head["work_from"])
    return period(first, date.fromisoformat(head["work_to"]))


def _regenerated(rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The rows on which new forest must follow, and does."""
    due = (row for row in rows if to_regenerate(row["felling_type"], row["purpose"]))
    return [row for row in due if row["regeneration_area_ha"]]


def _regeneration(rows: Sequence[Mapping[str, Any]]) -> str:
    """How much, how, and until when, of each year in which some is due; nothing where nothing is regenerated."""
    due: dict[int, list[Mapping[str, Any]]] = {}
    for row in _regenerated(rows):
        due.setdefault(int(row["regeneration_year"]), []).append(row)
    return "；".join(
        f"{'、'.join(_each('regeneration_method', of_year))}{summed(of_year, 'regeneration_area_ha')}公顷，"
        f"{year}年12月31日前完成"
        for year, of_year in sorted(due.items())
    )
