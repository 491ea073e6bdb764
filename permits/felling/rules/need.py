"""Whether the felling needs a licence at all, and of whom (森林法 art 56)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext_lazy as _

from permits.felling.facts import Felling, Stand
from permits.felling.rules.sources import licensing_law
from permits.felling.rules.words import FELLING
from permits.rules.base import Hit, hit, rule
from permits.rules.places import BEIJING, EVERYWHERE
from permits.rules.sources import beijing_forest, forest_law

NOT_ACCEPTED = licensing_law("第三十二条第一款第一项", "申请事项依法不需要取得行政许可的，应当即时告知申请人不受理")


def _free_bamboo(stand: Stand) -> bool:
    return stand.stand == "bamboo" and not stand.reserved and stand.site != "non_forest"


@rule(
    "F-FL56-1",
    title=_("Bamboo outside nature reserves needs no licence"),
    kinds=FELLING,
    places=EVERYWHERE,
    severity="refer",
    citations=(
        forest_law(
            "第五十六条第一款",
            "采伐自然保护区以外的竹林，不需要申请采伐许可证，但应当符合林木采伐技术规程。",
        ),
        NOT_ACCEPTED,
    ),
)
def bamboo(case: Felling, on: date) -> Iterator[Hit]:
    """A person tells the applicant that nothing need be asked for; the technical rules bind all the same."""
    for stand in case.stands:
        if _free_bamboo(stand):
            yield hit(_("Bamboo outside nature reserves is felled without a licence."), where=stand.where)


@rule(
    "F-XK32",
    title=_("Nothing but bamboo outside nature reserves: no licence is needed"),
    kinds=FELLING,
    places=EVERYWHERE,
    severity="warn",
    no_permit=True,
    citations=(
        NOT_ACCEPTED,
        forest_law("第五十六条第一款", "采伐自然保护区以外的竹林，不需要申请采伐许可证，但应当符合林木采伐技术规程。"),
    ),
)
def only_bamboo(case: Felling, on: date) -> Iterator[Hit]:
    """Where every stand is such bamboo. Scattered trees are not among this: a person sees on the ground whether they
    are."""
    if all(_free_bamboo(stand) for stand in case.stands):
        yield hit(
            _(
                "No felling licence is needed for any of it: the application is not accepted "
                "(Licensing Law art 32(1)(1))."
            )
        )


@rule(
    "F-FL56-2",
    title=_("Scattered trees of a rural resident need no licence"),
    kinds=FELLING,
    places=EVERYWHERE,
    severity="refer",
    citations=(
        forest_law("第五十六条第二款", "农村居民采伐自留地和房前屋后个人所有的零星林木，不需要申请采伐许可证。"),
        NOT_ACCEPTED,
    ),
)
def scattered_trees(case: Felling, on: date) -> Iterator[Hit]:
    """Only a rural resident's own trees, on a private plot or beside the house. Whether they are scattered is seen on
    the ground: a person finds it."""
    for stand in case.stands:
        private = stand.ownership == "private" and stand.site in {"private_plot", "house_side"}
        if private and case.applicant == "rural_resident":
            yield hit(
                _("A rural resident's own scattered trees on a private plot or beside the house need no licence."),
                where=stand.where,
            )


@rule(
    "F-FL56-3",
    title=_("Trees outside forest land: other departments"),
    kinds=FELLING,
    places=EVERYWHERE,
    severity="not_competent",
    citations=(
        forest_law(
            "第五十六条第三款",
            "非林地上的农田防护林、防风固沙林、护路林、护岸护堤林和城镇林木等的更新采伐，由有关主管部门按照有关规定管理。",
        ),
    ),
)
def outside_forest_land(case: Felling, on: date) -> Iterator[Hit]:
    """Shelter belts, roadside, bank and town trees outside forest land follow the law of their own departments."""
    for stand in case.stands:
        if stand.site == "non_forest":
            yield hit(
                _("The trees do not stand on forest land: the department in charge of them decides by its own rules."),
                where=stand.where,
            )


@rule(
    "F-FL56-4",
    title=_("Digging up and transplanting counts as felling"),
    kinds=FELLING,
    places=EVERYWHERE,
    severity="info",
    citations=(forest_law("第五十六条第四款", "采挖移植林木按照采伐林木管理。具体办法由国务院林业主管部门制定。"),),
)
def transplanting(case: Felling, on: date) -> Iterator[Hit]:
    """The measures the article leaves to the State Council's forestry authority were not found."""
    for stand in case.stands:
        if stand.manner == "transplant":
            yield hit(
                _(
                    "Digging up and transplanting trees is managed as felling; the national measures for it were not "
                    "found."
                ),
                where=stand.where,
            )


@rule(
    "F-BF36",
    title=_("Digging up and transplanting in Beijing"),
    kinds=FELLING,
    places=(BEIJING,),
    severity="info",
    citations=(
        beijing_forest(
            "第三十六条",
            "因特殊情况需要移植林木的，应当经市或者区、县林业行政主管部门批准，并按照有关技术规范施工。",
        ),
    ),
)
def transplanting_beijing(case: Felling, on: date) -> Iterator[Hit]:
    """Whether the licence is that approval, or one beside it, is not said; nor what is special."""
    for stand in case.stands:
        if stand.manner == "transplant":
            yield hit(
                _(
                    "In Beijing trees are transplanted in special circumstances only, with the approval of the "
                    "municipal or district authority and by the technical rules; whether this licence is that approval "
                    "the text does not say."
                ),
                where=stand.where,
            )


@rule(
    "F-BF32",
    title=_("Firewood forest: two texts on the licence"),
    kinds=FELLING,
    places=(BEIJING,),
    severity="warn",
    citations=(
        beijing_forest(
            "第三十二条第一款",
            "采伐林木必须申请林木采伐许可证；农村居民采伐自留地、房前屋后个人所有的零星林木以及采伐薪炭林除外。",
        ),
        forest_law("第五十六条第一款", "采伐林地上的林木应当申请采伐许可证，并按照采伐许可证的规定进行采伐"),
    ),
)
def firewood_forest(case: Felling, on: date) -> Iterator[Hit]:
    """The city's text of 1999 asks for no licence, the national law of 2019 excepts bamboo and scattered trees alone.
    The national one ranks higher and is followed."""
    for stand in case.stands:
        if stand.stand_purpose == "energy" and stand.site != "non_forest":
            yield hit(
                _(
                    "The city's text asks for no licence to fell firewood forest; the later national law does not "
                    "except it. The national text is followed."
                ),
                where=stand.where,
            )
