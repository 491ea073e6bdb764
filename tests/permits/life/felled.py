"""Five felling licences of the year, and what becomes of each."""

from __future__ import annotations

from permits.models.permit import P
from tests.cast import fresh
from tests.permits.life.cases import REVOKED
from tests.permits.life.days import COMPLETION, FIRST, WARNED_WINTER, WINTER, d, in_winter
from tests.permits.life.lives import Granted, Life, Owed, Stands, begins

GROWN = {"area_ha": "4", "species": "刺槐", "survival_pct": "90"}
FELLING, REGENERATION, SURVIVAL = COMPLETION, d("28-12-31"), d("31-12-31")


def _felled(life: Life, day: str) -> None:
    life.on(d(day), life.report, "felling", {"area_ha": "4", "volume_m3": "310"}, "survey", finished_on=d(day))


def felling_regenerated(granted: Granted) -> Life:
    """Felled, planted in the year after, both accepted on the spot."""
    life = in_winter(begins(granted, "采伐合格，更新验收", FIRST, WINTER))
    _felled(life, "27-02-10")
    life.on(d("27-02-20"), life.watch.inspect, ("felling", "in_order"))
    life.on(d("27-05-10"), life.report, "regeneration", GROWN, "survey", finished_on=d("27-05-08"))
    life.on(d("27-09-10"), life.watch.inspect, ("regeneration", "in_order"))
    life.owed += [
        Owed("felling", FELLING, FIRST, d("27-02-10")),
        Owed("regeneration", REGENERATION, FIRST, d("27-05-10")),
        Owed("survival", SURVIVAL, d("27-05-10")),
    ]
    return life


def felling_extended(granted: Granted) -> Life:
    """Asked more than thirty days before the end, granted, ended two months later."""
    life, until = begins(granted, "延续后期满", FIRST, WINTER), d("27-03-31")
    life.on(d("26-12-28"), life.desk.ask, "ask_extension", until=until, reason="连续降雪。")
    life.on(d("27-01-10"), life.desk.decide, "grant_extension", until=until)
    _felled(life, "27-04-20")
    life.on(d("27-04-28"), life.watch.inspect, ("felling", "in_order"))
    life.stands += [Stands(d("27-01-10"), P.VALID, until), Stands(d("27-04-01"), P.EXPIRED, until)]
    life.warned += [*WARNED_WINTER, (d("27-01-30"), 60), (d("27-03-01"), 30)]
    life.owed += [
        Owed("felling", FELLING, FIRST, d("27-01-10")),
        Owed("felling", d("27-04-30"), d("27-01-10"), d("27-04-20")),
        Owed("regeneration", REGENERATION, FIRST),
    ]
    return life


def felling_revoked(granted: Granted) -> Life:
    """Obtained by fraud (许可法 69(2)); what was felled is regenerated all the same."""
    life = begins(granted, "骗取许可，撤销", FIRST, WINTER)
    facts = REVOKED | {"ground": "fraud", "compensation": "", "reasons": "伪造权属证明。"}
    life.on(d("27-01-08"), life.desk.decide, "revoke_permit", **facts)
    life.stands.append(Stands(d("27-01-08"), P.REVOKED, WINTER))
    life.warned += WARNED_WINTER
    life.owed += [Owed("felling", FELLING, FIRST), Owed("regeneration", REGENERATION, FIRST)]
    return life


def felling_annulled(granted: Granted) -> Life:
    """A court annulled the approval."""
    life = begins(granted, "法院判决撤销", FIRST, WINTER)
    approval = fresh(life.case).acts.get(act="approve").seq
    said = {"outcome": "annulled", "organ": "密云区人民法院", "number": "（2027）京0118行初1号", "reasons": "违法。"}
    judged = d("27-01-15")
    life.on(d("27-01-20"), life.decided_elsewhere, "record_suit", against=approval, decided_on=judged, **said)
    life.stands.append(Stands(d("27-01-20"), P.ANNULLED, WINTER))
    life.warned += WARNED_WINTER
    life.owed += [Owed("felling", FELLING, FIRST), Owed("regeneration", REGENERATION, FIRST)]
    return life


def felling_replaced(granted: Granted, other: Granted) -> Life:
    """The holder's other licence took its place; what was felled is regenerated all the same (森林法 61)."""
    life = begins(granted, "由另一许可接替", FIRST, WINTER)
    life.on(d("26-12-18"), life.desk.decide, "replace_permit", number=str(fresh(other[0]).number))
    life.stands.append(Stands(d("26-12-18"), P.SUPERSEDED, WINTER))
    life.warned.append((d("26-12-02"), 60))
    life.owed += [Owed("felling", FELLING, FIRST), Owed("regeneration", REGENERATION, FIRST)]
    return life
