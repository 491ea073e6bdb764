"""What reconsiderations and judgments decide of a case and its permit, and what follows."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from permits.aftercare.standing import aftercare_of
from permits.drafts.materials import attach
from permits.models import Act
from permits.verification.registry import CHECKS
from permits.verification.run import of_installation, verify
from roles.models.mandates import Duty
from tests.cast import Cast, fresh, pdf
from tests.permits.life.cases import Desk, print_papers
from tests.prepared import walked_once
from workflows.mandates import the_mandate
from workflows.models import Case, Notification
from workflows.notifications.making import make_pending


def outcome(desk: Desk, against: int, outcome: str, **other: Any) -> dict[str, Any]:
    mandate = the_mandate(fresh(desk.case), Duty.DECIDE)
    paper = attach(desk.case.pk, pdf("决定书.pdf", outcome), by=desk.decider, mandate=mandate)
    return {
        "against": against, "outcome": outcome, "organ": "北京市人民政府", "number": "京政复字〔2026〕5号",
        "decided_on": date(2026, 11, 20), "reasons": "程序违法。", "document": paper,
    } | other  # fmt: skip


def approval(desk: Desk) -> int:
    return int(fresh(desk.case).did("approve")[0].seq)


def conditions(desk: Desk) -> list[tuple[str, str, bool]]:
    """Each condition as it stands: its words, state, and whether it fell away."""
    aftercare = aftercare_of(fresh(desk.case))
    assert aftercare is not None
    found = [one for one in aftercare.standings if one.obligation.stem == "condition"]
    return [(one.obligation.detail, one.state, one.lapsed) for one in found]


OF_THE_WHOLE = ("outside", "log", "numbers")
"""Of tests whose cases are recorded once: other cases took numbers, too."""
REASONS = "采伐强度超过规定。"


def refused(cast: Cast) -> Desk:
    """A tending design refused, its papers printed."""
    return _refused_and_printed()


@walked_once("cast")
def _refused_and_printed() -> Desk:
    cast = Cast.enter()
    desk = Desk(cast.case_at("refused"), cast.clerk, cast.decider)
    print_papers(desk.case)
    return desk


def last(desk: Desk, act: str) -> Act:
    return fresh(desk.case).did(act)[-1]


def remedied(desk: Desk, act: str, result: str = "anew", **other: Any) -> Act:
    """The last decision `act` taken away by a reconsideration."""
    said = outcome(desk, last(desk, act).seq, result) | {"decided_on": timezone.localdate()} | other
    return desk.decide("record_reconsideration", **said)


def reopen(desk: Desk, remedy: Act, fault: str = "substance", **said: Any) -> Act:
    return desk.decide("reopen", remedy=remedy.seq, fault=fault, **said)


def step(desk: Desk) -> list[str]:
    return [item.step for item in Case.objects.get(pk=desk.case.pk).open_items]


def told_of(act: Act) -> set[tuple[str, str]]:
    make_pending()
    return set(Notification.objects.filter(act=act).values_list("person__username", "event"))


def problems() -> list[str]:
    """Everything that the verification of cases finds wrong."""
    of_whole = (one for name in CHECKS if name not in OF_THE_WHOLE for one in of_installation(name))
    return [f"{one.check} {one.where}: {one.what}" for one in (*of_whole, *verify(installation=False))]


NUMBERS = count(1)


def said(desk: Desk, against: int, what: str = "annulled", **other: Any) -> dict[str, Any]:
    number = f"（2026）京行初{next(NUMBERS)}号"
    return outcome(desk, against, what, number=number, decided_on=timezone.localdate(), **other)


def reviewed(desk: Desk, against: int, what: str = "annulled", **other: Any) -> Act:
    """A reconsideration of the decision numbered `against`."""
    return desk.decide("record_reconsideration", **said(desk, against, what, **other))


def judged(desk: Desk, against: int, what: str = "annulled", **other: Any) -> Act:
    """A judgment about the act numbered `against`."""
    return desk.decide("record_suit", **said(desk, against, what, **other))


def restored(desk: Desk, against: int) -> Act:
    return judged(desk, against, earlier="restored")


CANCELLED = {"ground": "ended", "reasons": "许可已被撤销。"}
MORE = timedelta(days=100)


def annul(desk: Desk, decision: Act) -> Act:
    said = outcome(desk, decision.seq, "annulled", number=f"第{decision.seq}号", decided_on=timezone.localdate())
    return desk.decide("record_suit", **said)


def hold(desk: Desk) -> list[str]:
    """The acts whose papers that give the permit hold."""
    papers = fresh(desk.case).documents.filter(status="issued").order_by("pk")
    return [one.act.act for one in papers if one.kind in ("tending_certificate", "temporary_consent", "permit_paper")]
