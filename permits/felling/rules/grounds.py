"""The grounds on which no licence may be issued (森林法 art 60)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext_lazy as _

from permits.felling.facts import Felling
from permits.felling.rules.words import FELLING
from permits.rules.base import Hit, hit, rule
from permits.rules.places import BEIJING, EVERYWHERE
from permits.rules.sources import beijing_forest, forest_law


@rule(
    "F-FL60-1",
    title=_("Closed forest: no licence"),
    kinds=FELLING,
    places=EVERYWHERE,
    severity="refuse",
    citations=(
        forest_law("第六十条第一项", "有下列情形之一的，不得核发采伐许可证：（一）采伐封山育林期、封山育林区内的林木"),
    ),
)
def closed_forest(case: Felling, on: date) -> Iterator[Hit]:
    """Land closed for forest recovery, and the time of its closing; no purpose is excepted."""
    for stand in case.stands:
        if stand.closed:
            yield hit(_("The land is closed for forest recovery: no licence may be issued."), where=stand.where)


@rule(
    "F-FL60-2",
    title=_("Last year's regeneration not completed: no licence"),
    kinds=FELLING,
    places=EVERYWHERE,
    severity="refuse",
    citations=(
        forest_law(
            "第六十条第二项", "有下列情形之一的，不得核发采伐许可证：……（二）上年度采伐后未按照规定完成更新造林任务"
        ),
    ),
)
def regeneration_owed(case: Felling, on: date) -> Iterator[Hit]:
    """Of the applicant's felling of the year before."""
    if case.last_regeneration == "undone":
        yield hit(_("The regeneration owed for last year's felling was not completed."))


@rule(
    "F-FL60-2-register",
    title=_("Regeneration of an earlier licence overdue in the register"),
    kinds=FELLING,
    places=EVERYWHERE,
    severity="refer",
    citations=(
        forest_law(
            "第六十条第二项", "有下列情形之一的，不得核发采伐许可证：……（二）上年度采伐后未按照规定完成更新造林任务"
        ),
    ),
)
def regeneration_owed_by_register(case: Felling, on: date) -> Iterator[Hit]:
    """Overdue or broken by what was reported and accepted here. That it was done all the same and not reported can be:
    a named official looks, and decides."""
    for number in case.regeneration_owed:
        yield hit(_("The regeneration under the licence of case %(number)s is overdue or in breach."), number=number)


@rule(
    "F-FL60-2-said",
    title=_("Nothing felled last year by the application, a licence for it in the register"),
    kinds=FELLING,
    places=EVERYWHERE,
    severity="warn",
    citations=(
        forest_law(
            "第六十条第二项", "有下列情形之一的，不得核发采伐许可证：……（二）上年度采伐后未按照规定完成更新造林任务"
        ),
    ),
)
def felled_by_register(case: Felling, on: date) -> Iterator[Hit]:
    """A licence need not be used, and what was not felled need not have been reported: the reviewer asks."""
    if case.last_regeneration == "none_due":
        for number in case.felled_last_year:
            yield hit(
                _(
                    "The application says that nothing was felled last year; the licence of case %(number)s let the "
                    "applicant fell in that year. Whether it did, and what became of the regeneration, is to be asked."
                ),
                number=number,
            )


@rule(
    "F-FL60-3",
    title=_("Grave event of last year without measures: no licence"),
    kinds=FELLING,
    places=EVERYWHERE,
    severity="refuse",
    citations=(
        forest_law(
            "第六十条第三项",
            (
                "有下列情形之一的，不得核发采伐许可证：……（三）上年度发生重大滥伐案件、森林火灾或者林业有害生物灾害，"
                "未采取预防和改进措施"
            ),
        ),
    ),
)
def no_measures(case: Felling, on: date) -> Iterator[Hit]:
    """A grave case of unlawful felling, a forest fire or a pest disaster, after which nothing was done. The law does
    not say whose: the applicant's forest is taken."""
    if case.last_year_event == "unremedied":
        yield hit(
            _(
                "After last year's grave unlawful felling, forest fire or pest disaster no measures of prevention and "
                "improvement were taken."
            )
        )


@rule(
    "F-BF31",
    title=_("Natural forest of special protection value"),
    kinds=FELLING,
    places=(BEIJING,),
    severity="warn",
    citations=(
        beijing_forest("第三十一条第一款", "禁止采伐具有特殊保护价值的天然林。"),
        forest_law("第六十条第四项", "法律法规和国务院林业主管部门规定的禁止采伐的其他情形"),
    ),
)
def special_value(case: Felling, on: date) -> Iterator[Hit]:
    """Which natural forest that is was not found: the reviewer is told to look."""
    for stand in case.stands:
        if stand.natural:
            yield hit(
                _(
                    "Natural forest of special protection value may not be felled in the city; which forest that is "
                    "was not found and must be judged."
                ),
                where=stand.where,
            )
