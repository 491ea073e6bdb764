"""Rules that reach more than one kind, and what the software must say about its own limits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext_lazy as _

from permits.rules import parameters, sources
from permits.rules.base import EVERY_KIND, Citation, Hit, hit, rule
from permits.rules.facts import Common
from permits.rules.places import BEIJING, EVERYWHERE, JIZHOU, TIANJIN, place_of

SHARE: Final = Decimal(10)
"""A tenth of the municipality: our own bound, no law's. Reliable areas of the single districts were not found; the
largest of them is about a seventh of its city."""


@rule(
    "T-09",
    title=_("Core zone: no productive or business activity in natural forest"),
    kinds=EVERY_KIND,
    places=(BEIJING,),
    severity="refuse",
    also=("refer",),
    citations=(sources.T09,),
)
def core_natural_forest(case: Common, on: date) -> Iterator[Hit]:
    """No exception is written. A defence or national-major project with proof is referred to a person, never passed."""
    for piece in case.land:
        if piece.zone == "core" and piece.natural:
            yield hit(
                _(
                    "Natural forest in the core zone of a nature reserve: all productive and business activity is "
                    "forbidden."
                ),
                where=piece.where,
                severity="refer" if case.exempt_with_proof else None,
            )


@rule(
    "G-OLD",
    title=_("Day before the laws that were collected"),
    kinds=EVERY_KIND,
    places=EVERYWHERE,
    severity="refer",
    citations=(
        Citation(
            "森林法（2019年修订）；野生动物保护法（2022年修订）",
            "第八十四条；第六十四条",
            "本法自2020年7月1日起施行；本法自2023年5月1日起施行",
            "verified",
        ),
    ),
)
def older_law(case: Common, on: date) -> Iterator[Hit]:
    """The law of an older day is not in the rules: nothing may pass on their silence."""
    if on < case.law_since:
        yield hit(
            _("The law in force on %(day)s was not collected (it is from %(since)s): a person must apply it."),
            day=on,
            since=case.law_since,
        )


@rule(
    "G-EC",
    title=_("Ecological code in force"),
    kinds=EVERY_KIND,
    places=EVERYWHERE,
    severity="info",
    citations=(
        sources.ecological_code(
            "生态环境法典自2026年8月15日起施行；森林、野生动物保护、外来入侵物种防控等各节条文未收集（摘要）"
        ),
    ),
)
def ecological_code(case: Common, on: date) -> Iterator[Hit]:
    """Whether the code amended the articles cited is not known."""
    yield hit(
        _(
            "The Ecological and Environmental Code is in force since 2026-08-15; whether it changed the "
            "articles cited here was not found."
        )
    )


@rule(
    "G-TJ",
    title=_("No local document was read for this place"),
    kinds=EVERY_KIND,
    places=(TIANJIN, JIZHOU),
    severity="info",
    citations=(
        sources.s1(33, "严格落实《天津市实施<中华人民共和国森林法>办法》"),
        sources.s1(
            10, "《市规划资源局关于印发<天津市落实天然林保护修复制度实施方案>的通知》（津规资森保发〔2020〕215号）"
        ),
    ),
    since=date.min,
)
def no_local_document(case: Common, on: date) -> Iterator[Hit]:
    """Tianjin's own documents are known by title only; in Jizhou the district plan says nothing on introduction."""
    if place_of(case.jurisdiction) in case.no_local_document:
        yield hit(
            _(
                "No local document was read for this place: only national law is applied. Tianjin's own "
                "documents are known by title."
            )
        )


@rule(
    "G-SAME",
    title=_("The same ground in another case or permit"),
    kinds=EVERY_KIND,
    places=EVERYWHERE,
    severity="warn",
    citations=(sources.PERMIT_LAW_VERIFY,),
    since=date.min,
)
def same_ground(case: Common, on: date) -> Iterator[Hit]:
    """No article forbids two applications for one piece of land: who decides is told, and looks at both. Of another
    unit's state secret the finding, which applicants read, says nothing: officers find it on the page of the case."""
    for other in case.same_ground:
        message = (
            _("A permit for this ground is valid already: case %(case)s.")
            if other.standing == "valid"
            else _("Another pending case speaks of this ground: %(case)s.")
        )
        yield hit(message, where=other.where, case=other.case)


@rule(
    "G-AREA",
    title=_("Area beyond all likelihood: check the unit"),
    kinds=EVERY_KIND,
    places=EVERYWHERE,
    severity="refer",
    parameters=("municipality_area_ha",),
)
def unlikely_area(case: Common, on: date) -> Iterator[Hit]:
    """Compares each piece and their sum with a tenth of the municipality: a number so large is most likely square
    metres or mu written as hectares. It decides nothing: a person looks."""
    whole = parameters.find("municipality_area_ha", on, case.jurisdiction)
    if whole is None:
        return
    most = (Decimal(whole.value) / SHARE).quantize(Decimal(1))
    total = sum((area for _where, area in case.areas), Decimal(0))
    large = [(where, area) for where, area in case.areas if area > most]
    for where, area in large or [("", total)] * (total > most):
        yield hit(
            _(
                "%(area)s ha is more than a tenth of the whole municipality (%(most)s ha): check the unit "
                "(square metres, mu or ha)."
            ),
            where=where,
            area=area,
            most=most,
        )
