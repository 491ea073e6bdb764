"""Twenty permits of the four kinds and what becomes of each, from 20 November 2026 to 31 January 2028: days.py."""

from __future__ import annotations

from typing import Any

from permits.models.permit import P
from tests.cast import Cast
from tests.permits.life.cases import REVOKED, WITHDRAWN
from tests.permits.life.days import (
    ARCHIVE,
    COMPLETION,
    EVALUATION,
    FIRST,
    LAND,
    WARNED_YEAR,
    WINTER,
    YEAR,
    d,
    in_winter,
)
from tests.permits.life.felled import (
    felling_annulled,
    felling_extended,
    felling_regenerated,
    felling_replaced,
    felling_revoked,
)
from tests.permits.life.lives import Granted, Life, Owed, Stands, begins, licence, species, tending
from tests.permits.occupation.cases import MIYUN, make_unit

WORK: dict[str, Any] = {"area_ha": "12.50", "canopy_after": "0.68", "stem_intensity_pct": "18"}


# ---- tending ---------------------------------------------------------------------------------------------------------
def _start(life: Life, day: str) -> None:
    life.on(d(day), life.report, "start", None, "licence_copy", begins_on=d(day), crew="抚育队，赵堃",
            licence="京采〔2026〕7号")  # fmt: skip


def _complete(life: Life, day: str) -> None:
    life.on(d(day), life.report, "completion", WORK, "survey", carried="yes", finished_on=WINTER)


def _kept(life: Life, evaluated: str, filed: str) -> None:
    life.on(d(evaluated), life.watch.fulfil, "evaluation", quality="good", account="样地复测。")
    life.on(d(filed), life.watch.fulfil, "archive", number="修复档〔2027〕3号", volumes="2", kept_at="区局档案室")


def tending_in_order(granted: Granted) -> Life:
    """Begun, completed, accepted on the spot, evaluated, filed."""
    life = in_winter(begins(granted, "按设计完工并验收", FIRST, WINTER))
    _start(life, "26-12-03")
    _complete(life, "27-02-10")
    life.on(d("27-02-20"), life.watch.inspect, ("completion", "in_order"))
    _kept(life, "27-04-10", "27-05-20")
    life.owed += [
        Owed("completion", COMPLETION, FIRST, d("27-02-10")),
        Owed("evaluation", EVALUATION, d("27-02-10"), d("27-04-10")),
        Owed("archive", ARCHIVE, d("27-02-10"), d("27-05-20")),
    ]
    return life


def tending_rectified(granted: Granted) -> Life:
    """Found not in order, put right, accepted; the agency is late with its own part."""
    life = in_winter(begins(granted, "整改后验收", FIRST, WINTER))
    _start(life, "26-12-20")
    _complete(life, "27-02-20")
    life.on(d("27-03-01"), life.watch.inspect, ("completion", "not_in_order"))
    life.on(d("27-03-01"), life.watch.order, "completion", d("27-04-01"))
    life.on(d("27-03-25"), life.watch.holder, "report_rectification", obligation="completion", what="已清理并补植。",
            statement=True)  # fmt: skip
    life.on(d("27-04-02"), life.watch.inspect, ("completion", "in_order"))
    life.owed += [
        Owed("completion", COMPLETION, FIRST, d("27-02-20")),
        Owed("completion", d("27-04-01"), d("27-03-01"), d("27-03-25")),
        Owed("evaluation", EVALUATION, d("27-02-20")),
        Owed("archive", ARCHIVE, d("27-02-20")),
    ]
    return life


def tending_never_begun(granted: Granted) -> Life:
    """Nothing is reported: a breach, and the permit whose term ended is cancelled."""
    life = in_winter(begins(granted, "未作业，逾期后注销", FIRST, WINTER))
    life.on(d("27-03-20"), life.breach, "completion", "cancel_permit")
    life.on(d("27-04-10"), life.desk.decide, "cancel_permit", ground="expired", reasons="期满未延续。")
    life.on(d("27-04-10"), life.close, "completion", "evaluation", "archive")
    life.stands.append(Stands(d("27-04-10"), P.CANCELLED, WINTER))
    life.owed += [
        Owed("completion", COMPLETION, FIRST, d("27-03-20")),
        Owed("evaluation", EVALUATION, d("27-03-20"), d("27-04-10")),
        Owed("archive", ARCHIVE, d("27-03-20"), d("27-04-10")),
    ]
    return life


def tending_renamed(granted: Granted) -> Life:
    """The holder's name is changed; a report is incomplete and made again."""
    life = in_winter(begins(granted, "变更名称，补报后验收", FIRST, WINTER))
    life.on(d("26-12-10"), life.desk.ask, "ask_change", what="holder_name", now="密云区雾灵生态林场", reason="更名。")
    life.on(d("26-12-15"), life.desk.decide, "grant_change")
    _start(life, "26-12-20")
    _complete(life, "27-02-15")
    life.on(d("27-02-18"), life.check, "completion", "incomplete", "缺少影像资料。")
    _complete(life, "27-02-25")
    life.on(d("27-03-05"), life.watch.inspect, ("completion", "in_order"))
    _kept(life, "27-04-01", "27-06-01")
    life.owed += [
        Owed("completion", COMPLETION, FIRST, d("27-02-15")),
        Owed("completion", COMPLETION, d("27-02-18"), d("27-02-25")),
        Owed("evaluation", EVALUATION, d("27-02-15"), d("27-02-18")),
        Owed("evaluation", EVALUATION, d("27-02-25"), d("27-04-01")),
        Owed("archive", ARCHIVE, d("27-02-15"), d("27-02-18")),
        Owed("archive", ARCHIVE, d("27-02-25"), d("27-06-01")),
    ]
    return life


def tending_withdrawn(granted: Granted) -> Life:
    """Withdrawn before the work began (许可法 8)."""
    life = begins(granted, "撤回", FIRST, WINTER)
    life.on(d("26-12-08"), life.desk.decide, "withdraw_permit", **WITHDRAWN)
    life.on(d("26-12-20"), life.close, "completion", "evaluation", "archive")
    life.stands.append(Stands(d("26-12-08"), P.WITHDRAWN, WINTER))
    life.warned.append((d("26-12-02"), 60))
    life.owed.append(Owed("completion", COMPLETION, FIRST, d("26-12-20")))
    return life


# ---- temporary use of land -------------------------------------------------------------------------------------------
def _use(life: Life, day: str = "26-12-10") -> None:
    life.on(d(day), life.report, "start", None, began_on=d(day), responsible="张工 010-00000000")


def land_restored(granted: Granted) -> Life:
    """Used, left on time, restored and accepted within the year."""
    life = begins(granted, "期满，恢复并验收", LAND, YEAR)
    _use(life)
    life.on(d("27-11-20"), life.report, "area", {"area_ha": "0.5"}, "survey")
    life.on(d("27-11-25"), life.watch.inspect, ("area", "in_order"))
    life.on(d("27-12-05"), life.report, "end", None, ended_on=YEAR, left="已清场。")
    life.on(d("27-12-08"), life.check, "end")
    life.on(d("28-01-20"), life.report, "restoration", {"area_ha": "0.5", "restored": "forest"}, "survey",
            finished_on=d("28-01-15"), account="覆土植树。")  # fmt: skip
    life.on(d("28-01-25"), life.watch.inspect, ("restoration", "in_order"))
    life.stands.append(Stands(d("27-12-02"), P.EXPIRED, YEAR))
    life.warned += WARNED_YEAR
    life.owed += [
        Owed("area", YEAR, d("26-12-10"), d("27-11-20")),
        Owed("end", d("27-12-11"), d("26-12-10"), d("27-12-05")),
        Owed("restoration", d("28-12-01"), LAND, d("28-01-20")),
    ]
    return life


def land_extended(granted: Granted) -> Life:
    """Asked three months before the end, granted: every day moves with the term; nobody is warned of the old then."""
    life, until = begins(granted, "批准延续", LAND, YEAR), d("28-06-01")
    life.warned.append((d("27-08-03"), 120))
    _use(life)
    life.on(d("27-08-30"), life.desk.ask, "ask_extension", until=until, reason="施工受汛期影响。")
    life.on(d("27-09-10"), life.desk.decide, "grant_extension", until=until)
    life.stands.append(Stands(d("27-09-10"), P.VALID, until))
    life.owed += [
        Owed("area", YEAR, d("26-12-10"), d("27-09-10")),
        Owed("area", until, d("27-09-10")),
        Owed("end", d("27-12-11"), d("26-12-10"), d("27-09-10")),
        Owed("end", d("28-06-11"), d("27-09-10")),
        Owed("restoration", d("28-12-01"), LAND, d("27-09-10")),
        Owed("restoration", d("29-06-01"), d("27-09-10")),
    ]
    return life


def land_extended_by_silence(granted: Granted) -> Life:
    """Asked in time and not decided: extended as asked on the day after the last (许可法 50)."""
    life, until = begins(granted, "逾期未决，视为准予延续", LAND, YEAR), d("28-03-15")
    life.on(d("27-09-01"), life.desk.ask, "ask_extension", until=until, reason="施工受汛期影响。")
    life.stands.append(Stands(d("27-12-02"), P.VALID, until))
    life.warned += [*WARNED_YEAR, (d("27-12-02"), 120), (d("28-01-15"), 60)]
    life.owed += [
        Owed("restoration", d("28-12-01"), LAND, d("27-12-02")),
        Owed("restoration", d("29-03-15"), d("27-12-02")),
    ]
    return life


def land_asked_late(granted: Granted) -> Life:
    """Asked after the day for it, and refused: the term ends as it would."""
    life = begins(granted, "逾期申请，不予延续，期满", LAND, YEAR)
    life.on(d("27-10-10"), life.desk.ask, "ask_extension", until=d("28-06-01"), reason="工期延误。", late="洪水。")
    life.on(d("27-10-20"), life.desk.decide, "refuse_extension", reasons="项目已经完工。")
    life.stands.append(Stands(d("27-12-02"), P.EXPIRED, YEAR))
    life.warned += WARNED_YEAR
    life.owed.append(Owed("restoration", d("28-12-01"), LAND))
    return life


def land_forfeited(granted: Granted) -> Life:
    """Found using more than was consented to; the penalty decided elsewhere is recorded."""
    life = begins(granted, "超范围使用，吊销", LAND, YEAR)
    _use(life)
    life.on(d("27-04-20"), life.watch.inspect, ("area", "not_in_order"))
    life.on(d("27-04-25"), life.breach, "area", "forfeit_permit")
    penalty = {"number": "京绿罚决〔2027〕3号", "organ": "市园林绿化局", "decided_on": d("27-05-06")}
    said = {"reasons": "超出批准范围占用林地。", "heard": "已告知听证权利，未要求听证。"}
    life.on(d("27-05-10"), life.decided_elsewhere, "forfeit_permit", **penalty, **said)
    life.stands.append(Stands(d("27-05-10"), P.FORFEITED, YEAR))
    life.owed += [
        Owed("area", YEAR, d("26-12-10"), d("27-04-20")),
        Owed("end", d("27-12-11"), d("26-12-10")),
        Owed("restoration", d("28-12-01"), LAND),
    ]
    return life


def land_withdrawn(granted: Granted) -> Life:
    """A new paper for one that was lost; then withdrawn. What was used is restored all the same (森林法 38)."""
    life = begins(granted, "补发后撤回", LAND, YEAR)
    life.on(d("27-03-01"), life.desk.ask, "ask_reissue", statement="搬迁时遗失。")
    life.on(d("27-03-05"), life.desk.decide, "reissue_permit")
    life.on(d("27-06-15"), life.desk.decide, "withdraw_permit", **(WITHDRAWN | {"ground": "circumstances"}))
    life.stands.append(Stands(d("27-06-15"), P.WITHDRAWN, YEAR))
    life.owed.append(Owed("restoration", d("28-12-01"), LAND))
    return life


# ---- introductions ---------------------------------------------------------------------------------------------------
def _arrive(life: Life, day: str, **isolation: str) -> None:
    life.on(d(day), life.report, "arrival", {"number": "12"}, "photos", arrived_on=d(day), place="繁育场",
            responsible="赵堃", marking="标牌1–12", **isolation)  # fmt: skip


def _period(life: Life, day: str, number: int) -> None:
    life.on(d(day), life.report, f"report-{number}", {"number": "12"}, **{
        "from": "2026-11-20", "to": d(day).isoformat(), "health": "良好", "measures": "双层围栏完好"})  # fmt: skip


def species_kept(granted: Granted) -> Life:
    """Arrival, isolation trial, a report every six months."""
    life = begins(granted, "隔离试验合格，按期报告", FIRST, None)
    _arrive(life, "26-12-01", isolation_from="2026-12-01", isolation_to="2027-03-01")
    life.on(d("27-03-20"), life.report, "trial", None, "assessment", began_on=d("26-12-01"), ended_on=d("27-03-01"),
            institute="某研究所", assessed="passed")  # fmt: skip
    life.on(d("27-03-25"), life.check, "trial")
    for number, reported, checked in ((1, "27-05-15", "27-05-18"), (2, "27-11-10", "27-11-12")):
        _period(life, reported, number)
        life.on(d(checked), life.check, f"report-{number}")
    life.owed += [
        Owed("arrival", d("26-12-11"), FIRST, d("26-12-01")),
        Owed("trial", d("27-03-31"), d("26-12-01"), d("27-03-20")),
        Owed("report-1", d("27-06-01"), d("26-12-01"), d("27-05-15")),
        Owed("report-2", d("27-12-01"), d("27-05-18"), d("27-11-10")),
        Owed("report-3", d("28-06-01"), d("27-11-12")),
    ]
    return life


def species_escaped(granted: Granted) -> Life:
    """An escape told within the day; the end state accepted, after which no report is asked for."""
    life = begins(granted, "逃逸报告，终结处置", FIRST, None)
    _arrive(life, "26-12-05")
    event = {"found_on": d("27-02-10"), "species": "北美红栎", "place": "苗圃东侧", "what": "围网破损。"}
    life.on(d("27-02-10"), life.watch.holder, "raise_alarm", **event)
    life.on(d("27-02-15"), lambda: life.report(escape(life), None, "proof", recaptured="3", measures="修补围网。",
                                               spread="未扩散。"))  # fmt: skip
    life.on(d("27-02-18"), lambda: life.watch.inspect((escape(life), "in_order")))
    life.on(
        d("27-04-20"), life.report, "end", None, "proof", ended_on=d("27-04-18"), state="destroyed", account="销毁。"
    )
    life.on(d("27-04-25"), life.watch.inspect, ("end", "in_order"))
    life.owed += [
        Owed("report-1", d("27-06-05"), d("26-12-05"), d("27-04-25")),
        Owed("escape", d("27-02-20"), d("27-02-10"), d("27-02-15")),
    ]
    return life


def escape(life: Life) -> str:
    """The obligation that its alarm made."""
    return next(code for code in life.watch.codes() if code.startswith("escape-"))


def species_revoked(granted: Granted) -> Life:
    """The first report never comes: a breach, and a revocation."""
    life = begins(granted, "逾期未报告，撤销", FIRST, None)
    _arrive(life, "26-12-10")
    life.on(d("27-06-11"), life.breach, "report-1", "revoke_permit")
    life.on(d("27-06-25"), life.desk.decide, "revoke_permit", **(REVOKED | {"ground": "unqualified"}))
    life.stands.append(Stands(d("27-06-25"), P.REVOKED, None))
    life.owed.append(Owed("report-1", d("27-06-10"), d("26-12-10"), d("27-06-11")))
    return life


def species_cancelled(granted: Granted) -> Life:
    """The holder ended by law (许可法 70(3)); what was still to be reported falls away."""
    life = begins(granted, "法人终止，注销", FIRST, None)
    _arrive(life, "26-12-10")
    _period(life, "27-05-10", 1)
    life.on(d("27-05-12"), life.check, "report-1")
    life.on(d("27-07-01"), life.desk.decide, "cancel_permit", ground="dissolved", reasons="持有单位已注销登记。")
    life.stands.append(Stands(d("27-07-01"), P.CANCELLED, None))
    life.owed += [
        Owed("report-1", d("27-06-10"), d("26-12-10"), d("27-05-10")),
        Owed("report-2", d("27-12-10"), d("27-05-12"), d("27-07-01")),
    ]
    return life


# ---- all of them -----------------------------------------------------------------------------------------------------
TENDED = (tending_in_order, tending_rectified, tending_never_begun, tending_renamed, tending_withdrawn)
USED = (
    land_restored, land_extended, land_extended_by_silence, land_asked_late, land_forfeited, land_withdrawn,
)  # fmt: skip
KEPT = (species_kept, species_escaped, species_revoked, species_cancelled)
FELLED = (felling_regenerated, felling_extended, felling_revoked, felling_annulled)


def lives_of_november(cast: Cast) -> list[Life]:
    """What is granted on the first day: five designs, four introductions, five licences."""
    found = [make(tending(cast, 11 + number)) for number, make in enumerate(TENDED)]
    isolated: dict[str, Any] = {"isolation_from": d("26-12-01"), "isolation_to": d("27-03-01"),
                                "arrives_on": d("26-12-01")}  # fmt: skip
    heads = (isolated, *[{"isolation_trial": False}] * 3)
    found += [make(species(number, **head)) for number, (make, head) in enumerate(zip(KEPT, heads, strict=True), 1)]
    holder = make_unit("石塘林业公司", MIYUN)
    licences = [licence(21 + number, unit=holder if number in (0, 4) else None) for number in range(5)]
    found += [make(granted) for make, granted in zip(FELLED, licences, strict=False)]
    return [*found, felling_replaced(licences[4], licences[0])]
