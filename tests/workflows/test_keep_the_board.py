"""What the rules find of a case now is shown on the page of a step to officers whom nothing keeps from the case."""

from __future__ import annotations

from permits.acts.perform import perform
from permits.models import Application
from permits.models.states import S
from roles.appointments import appoint
from roles.models import Person, Post
from roles.models.mandates import Duty
from tests.cast import Cast, log_in, plot
from tests.workflows.task_pages import address, open_item

BOARD = "What the rules find"


def strong(cast: Cast) -> Application:
    """A submitted case of which a rule finds something to be ruled on."""
    return cast.case_at(S.SUBMITTED, plot(volume_intensity_pct="45"))


def pages(cast: Cast, person: Person, case: Application) -> list[str]:
    """The page of the open step and the page of the case, as `person` reads them."""
    desk = log_in(person, english=True)
    return [desk.get(one).text for one in (address(open_item(cast, case)), f"/cases/{case.pk}/")]


def finding_marks(page: str) -> int:
    """How often the page leads to a finding, be it from the contents or from the row it speaks of."""
    return page.count('href="#finding')


def test_an_officer_of_the_step_reads_what_the_rules_find(cast: Cast) -> None:
    task, case = pages(cast, cast.second_acceptor, strong(cast))
    assert BOARD in task
    assert finding_marks(task) > 1
    assert BOARD not in case  # no page of a case has a board
    assert "T-VI2" in case  # what was found when it was handed in stands with that act


def test_an_officer_who_applies_for_the_unit_too_reads_no_more_than_the_page_of_the_case_tells(cast: Cast) -> None:
    case = strong(cast)
    appoint(cast.second_acceptor, Post.objects.get(slug=f"clerk-{cast.farm.pk}"))
    for page in pages(cast, cast.second_acceptor, case):
        assert BOARD not in page
        assert finding_marks(page) == 0


def test_an_officer_barred_from_the_case_reads_no_more_than_the_page_of_the_case_tells(cast: Cast) -> None:
    case = strong(cast)
    perform(case.pk, "bar_person", by=cast.district_head, mandate=cast.mandate(case, Duty.ACCEPT),
            person=cast.second_acceptor, reason="与申请人有利害关系。")  # fmt: skip
    for page in pages(cast, cast.second_acceptor, case):
        assert BOARD not in page
        assert finding_marks(page) == 0


def test_who_holds_the_step_and_joins_the_unit_reads_no_board_any_more(cast: Cast) -> None:
    item = open_item(cast, strong(cast))
    desk = log_in(cast.second_acceptor, english=True)
    desk.post(f"/tasks/{item.pk}/claim/")
    assert BOARD in desk.get(address(item)).text
    appoint(cast.second_acceptor, Post.objects.get(slug=f"clerk-{cast.farm.pk}"))
    page = desk.get(address(item))
    assert page.status_code == 200
    assert BOARD not in page.text
