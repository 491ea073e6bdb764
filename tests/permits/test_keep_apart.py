"""回避: whoever is barred from a case, or stands on the applicant's side, is named in no part an agency has in it."""

from __future__ import annotations

from typing import Any

import pytest

from permits.acts.perform import perform
from permits.errors import BadFacts
from permits.models import Application
from permits.models.states import S
from roles.appointments import appoint
from roles.models import Person, Post
from roles.models.mandates import Duty
from tests.cast import Cast, make_person
from tests.permits.aftercare.cases import Watch
from tests.permits.life.cases import print_papers

HEARING = {"held_on": "2026-12-07", "place": "会议室", "subject": "抚育作业"}


@pytest.fixture
def both(cast: Cast) -> Person:
    """Someone with a post at the district's bureau who applies for the farm, too."""
    person = make_person("both", "韩两边", Post.objects.get(slug=f"clerk-{cast.farm.pk}"))
    appoint(person, Post.objects.get(slug="bj-miyun-forestry-accept"))
    return person


def officer(cast: Cast, case: Application, duty: str) -> dict[str, Any]:
    return {"by": cast.officers[duty], "mandate": cast.mandate(case, duty)}


def wrong_fields(case: Application, act: str, **given: Any) -> set[str]:
    with pytest.raises(BadFacts) as bad:
        perform(case.pk, act, **given)
    return set(bad.value.errors)


def test_nobody_of_the_applicants_side_chairs_its_hearing(cast: Cast, both: Person) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    by = officer(cast, case, Duty.DECIDE)
    for chair in (cast.clerk, both):
        assert wrong_fields(case, "announce_hearing", **by, **HEARING, chair=chair) == {"chair"}
    perform(case.pk, "announce_hearing", **by, **HEARING, chair=cast.auditor)


def test_who_is_barred_neither_chairs_nor_checks_the_site(cast: Cast) -> None:
    case = cast.case_at(S.FIRST_REVIEW)
    first = officer(cast, case, Duty.FIRST_REVIEW)
    perform(case.pk, "bar_person", by=cast.district_head, mandate=first["mandate"], person=cast.second_acceptor,
            reason="与申请人有利害关系。")  # fmt: skip
    assert wrong_fields(case, "announce_hearing", **first, **HEARING, chair=cast.second_acceptor) == {"chair"}
    check = {"checked_on": "2026-11-20", "place": "12林班3小班", "result": "与设计一致。"}
    for other in (cast.second_acceptor, cast.clerk):
        people = [{"person": cast.district_reviewer}, {"person": other}]
        assert wrong_fields(case, "record_site_check", **first, **check, inspectors=people) == {"inspectors"}
    people[1]["person"] = cast.acceptor
    perform(case.pk, "record_site_check", **first, **check, inspectors=people)


def test_who_inspected_the_site_presides_over_no_hearing(cast: Cast) -> None:
    """许可法 34, 48(1)[3]: an inspection of the site is part of the review."""
    case = cast.case_at(S.FIRST_REVIEW)
    first = officer(cast, case, Duty.FIRST_REVIEW)
    people = [{"person": cast.district_reviewer}, {"person": cast.acceptor}]
    perform(case.pk, "record_site_check", **first, checked_on="2026-11-20", place="12林班3小班", result="与设计一致。",
            inspectors=people)  # fmt: skip
    assert wrong_fields(case, "announce_hearing", **first, **HEARING, chair=cast.acceptor) == {"chair"}
    perform(case.pk, "announce_hearing", **first, **HEARING, chair=cast.second_acceptor)


def test_nobody_of_the_holders_side_inspects_under_its_permit(cast: Cast, both: Person) -> None:
    case = cast.case_at(S.APPROVED)
    print_papers(case)
    watch = Watch(case, cast.clerk)
    for other in (cast.clerk, both):
        people = [{"person": one, "capacity": "执法人员"} for one in (watch.first, other)]
        with pytest.raises(BadFacts) as bad:
            watch.inspect(("start", "in_order"), inspectors=people)
        assert set(bad.value.errors) == {"inspectors"}
    watch.inspect(("start", "in_order"))
