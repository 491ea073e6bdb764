"""Correction is asked for once; after the answer to it the desk can always go on, and is told the truth."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import override
from time_machine import travel

from permits.acts.asking_again import askable, left_uncorrected
from permits.acts.perform import perform
from permits.drafts.corrections import answered, places, unlocked
from permits.drafts.materials import add_file
from permits.errors import BadFacts, WrongStatus
from permits.ledger.chain import problems_of
from permits.models import Application
from permits.models.states import S
from permits.tending.kind import TENDING
from roles.models.mandates import Duty
from tests.cast import Cast, fresh, head, log_in, pdf, plot

MAPS = "materials/maps"


def asked(cast: Cast, *places_named: str, **more: Any) -> Application:
    case = cast.case_at(S.SUBMITTED)
    cast.do(case, "request_correction", items=[{"where": where, "what": "请补正"} for where in places_named], **more)
    return fresh(case)


def change_head(case: Application, **other: Any) -> None:
    TENDING.book.change_head(case.pk, head() | other, version=fresh(case).tending.version)


def codes(pairs: list[tuple[str, str]]) -> set[str]:
    return {code for code, _label in pairs}


def rows(*where: str) -> dict[str, Any]:
    return {"items": [{"where": one, "what": "又有错误"} for one in where]}


def test_the_first_list_may_name_every_part(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    assert askable(case) == places(case)


def test_an_answer_that_changed_nothing_leaves_accepting_and_refusing(cast: Cast) -> None:
    case = asked(cast, "head")
    cast.do(case, "resubmit")
    with pytest.raises(WrongStatus, match="asks once for everything"), override("en"):
        cast.do(case, "request_correction", **rows("head"))
    assert len(left_uncorrected(fresh(case))) == 1
    item = cast.take(case)
    page = log_in(cast.acceptor, english=True).get(f"/tasks/{item.pk}/").content.decode()
    assert "asks once for everything" in page
    record = cast.do(case, "refuse_acceptance", ground="not_completed", reason="未按要求补正编制单位。")
    assert record.after == S.NOT_ACCEPTED
    assert problems_of(fresh(case)) == []


def test_what_the_answer_changed_may_be_asked_again_and_nothing_else(cast: Cast) -> None:
    case = asked(cast, "head", MAPS)
    change_head(case, compiler="另一家设计院")
    cast.do(case, "resubmit")
    assert codes(askable(fresh(case))) == {"head"}
    with pytest.raises(BadFacts) as late:
        cast.do(case, "request_correction", **rows("head", "plots", MAPS))
    assert "2、3" in late.value.errors["items"]
    cast.do(case, "request_correction", **rows("head"))
    assert unlocked(fresh(case)) == {"head"}


def test_a_material_put_in_anew_may_be_asked_again(cast: Cast) -> None:
    case = asked(cast, MAPS)
    add_file(case.pk, "maps", pdf("maps2.pdf", "another"), by=cast.clerk)
    cast.do(case, "resubmit")
    assert codes(askable(fresh(case))) == {MAPS}


def test_a_table_that_was_changed_may_be_asked_again(cast: Cast) -> None:
    case = asked(cast, "plots")
    TENDING.book.add(case.pk, plot(number="99"))
    cast.do(case, "resubmit")
    assert codes(askable(fresh(case))) == {"plots"}


def test_who_mended_all_is_not_refused_unless_the_same_was_asked_twice(cast: Cast) -> None:
    case = asked(cast, "head")
    change_head(case, compiler="另一家设计院")
    cast.do(case, "resubmit")
    refusal = {"ground": "not_completed", "reason": "仍未补正。"}
    with pytest.raises(BadFacts) as bad:
        cast.do(case, "refuse_acceptance", **refusal)
    assert bad.value.errors.keys() == {"ground"}
    cast.do(case, "request_correction", **rows("head"))
    change_head(case, compiler="第三家设计院")
    cast.do(case, "resubmit")
    assert cast.do(case, "refuse_acceptance", **refusal).after == S.NOT_ACCEPTED


def test_nothing_is_late_without_a_day_or_before_it(cast: Cast) -> None:
    until = timezone.localdate() + timedelta(days=14)
    case = asked(cast, "head")
    assert late_on(cast, case, until + timedelta(days=100)) == {"ground"}


def test_what_did_not_come_by_its_day_is_refused_after_it(cast: Cast) -> None:
    until = timezone.localdate() + timedelta(days=14)
    case = asked(cast, "head", until=until)
    assert late_on(cast, case, until) == {"ground"}
    assert late_on(cast, case, until + timedelta(days=1)) == set()


def late_on(cast: Cast, case: Application, day: date) -> set[str]:
    """What the door says to a refusal on `day` because nothing came; empty where it is done."""
    accepts = cast.mandate(case, Duty.ACCEPT)
    with travel(f"{day}T10:00:00+08:00"):
        try:
            perform(
                case.pk, "refuse_acceptance", by=cast.acceptor, mandate=accepts, ground="not_completed", reason="逾期"
            )
        except BadFacts as bad:
            return set(bad.errors)
    return set()


def test_the_form_offers_only_what_may_be_asked(cast: Cast) -> None:
    case = asked(cast, "head")
    change_head(case, compiler="另一家设计院")
    cast.do(case, "resubmit")
    item = cast.take(case)
    page = log_in(cast.acceptor).get(f"/tasks/{item.pk}/?act=request_correction").content.decode()
    assert 'value="head"' in page
    assert 'value="plots"' not in page


def test_a_day_that_leaves_no_time_is_no_day_to_correct_by(cast: Cast) -> None:
    today = timezone.localdate()
    for day in (today - timedelta(days=1), today):
        with pytest.raises(BadFacts) as refused:
            asked(cast, "head", until=day)
        assert set(refused.value.errors) == {"until"}
    assert asked(cast, "head", until=today + timedelta(days=1)).status == S.CORRECTING


def test_the_desk_reads_what_was_asked_and_whether_the_answer_changed_it(cast: Cast) -> None:
    case = asked(cast, "head", "plots")
    assert answered(case) == []
    change_head(case, compiler="另一家设计院")
    cast.do(case, "resubmit")
    assert [(point.code, point.changed) for point in answered(fresh(case))] == [("head", True), ("plots", False)]
    page = log_in(cast.acceptor).get(f"/tasks/{cast.take(case).pk}/").content.decode()
    told = page[page.index('id="corrected"') : page.index('id="application"')]
    assert told.count("请补正") == 2
    assert told.count("state-good") == told.count("state-wait") == 1


def test_an_answer_that_changed_nothing_is_told_to_the_desk(cast: Cast) -> None:
    case = asked(cast, "head")
    cast.do(case, "resubmit")
    page = log_in(cast.acceptor).get(f"/tasks/{cast.take(case).pk}/").content.decode()
    told = page[page.index('id="corrected"') : page.index('id="application"')]
    assert "state-wait" in told
