"""An occupation in 密云 from the draft to the consent, one in 蓟州 that the ban on natural forest land refuses, an
introduction whose period stands still for the experts, a felling licence: each from end to end in a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Page, expect

from permits.clocks.calendar import WorkCalendar
from permits.clocks.standing import status as clocks_of
from permits.documents.signing import verify_signature
from permits.felling.columns import STANDS
from permits.ledger.chain import problems_of
from permits.models import Application, Document
from permits.models.states import S
from permits.occupation.columns import PARCELS
from permits.tables import exporting as export
from roles.models import Agency, Mandate, Person
from roles.models.mandates import Duty
from tests.browser.walker import press
from tests.cast import make_person, make_post
from tests.permits.felling import cases as felling
from tests.permits.introduction import cases as introduction
from tests.permits.occupation.cases import JIZHOU, MIYUN, Office, head, make_unit, parcel
from tests.quotas import stock
from tests.workflows.desks import today
from workflows.mandates import the_mandate
from workflows.sweep import print_pending

from .walker import SignIn, Walk

pytestmark = pytest.mark.usefixtures("real_seal")
Shot = Callable[[Page, str], None]
Axe = Callable[[Page], None]
YES = {"outcome": "approve", "opinion": "符合条件，建议同意。"}
NO = {"outcome": "refuse", "opinion": "占用天然林地，不符合规定。"}
MAP = (
    "XIAN,XIANG,CUN,LIN_BAN,XIAO_BAN,MIAN_JI,DI_LEI,LIN_ZHONG,QI_YUAN,SEN_LIN_LB,SHI_QUAN_D,GJGYL_BHDJ,BH_DJ,LD_QS,"
    "CS_GHQ,ZRBHQ_MC,YU_BI_DU\n"
    "蓟州,下营镇,常州村,6,12,0.5000,030100,231,11,022,,,3,10,0,,0.6\n"
)


@pytest.fixture
def clock(begins_with_matrix: None, transactional_db: None) -> Iterator[Any]:
    with time_machine.travel("2026-09-14T10:00:00+08:00", tick=True) as traveller:
        Office.enter()
        yield traveller


@pytest.fixture
def walk(new_page: Callable[..., Page], sign_in: SignIn, tmp_path: Path, clock: Any) -> Callable[..., Walk]:
    return lambda **how: Walk(new_page(**how), sign_in, tmp_path)


def who(case: Application, duty: str) -> Person:
    """Whose duty it is in this case."""
    return Office(case.unit.posts.get().memberships.get().person).officer(the_mandate(case, duty))


def asked(case: Application) -> list[Mandate]:
    """The agencies whose opinion is awaited."""
    items = Application.objects.get(pk=case.pk).case.open_items.filter(step="advise")
    return [item.mandate for item in items.select_related("mandate__agency").order_by("pk") if item.mandate]


def occupation_draft(walk: Walk, clerk: Person, table: Path, place: str, **other: Any) -> Application:
    """Head, parcels from a table, materials; not handed in yet."""
    case = walk.begin(clerk, "occupation", "松曹路改建工程使用林地", district=place)
    walk.fill(f"/drafts/{case.pk}/head/", head(**other))
    walk.take_over(f"/drafts/{case.pk}/rows/import/", table)
    return case


def print_and_verify(walk: Walk, case: Application, kind: str, shot: Shot) -> None:
    """The job worker prints; the applicant takes the paper, and anyone verifies it."""
    print_pending()
    paper = Document.objects.get(application=case, kind=kind)
    walk.sign_in(walk.page, case.unit.posts.get().memberships.get().person)
    walk.page.goto(f"/cases/{case.pk}/")
    link = walk.page.locator(f"a[href='/documents/{paper.pk}.pdf']").first.get_attribute("href")
    pdf = walk.page.context.request.get(f"{walk.page.url.split('/cases/')[0]}{link}").body()
    assert verify_signature(pdf).intact
    walk.page.context.clear_cookies()
    walk.page.goto(f"/verify/{paper.token}/")
    expect(walk.page.locator("main")).to_contain_text(paper.number)
    shot(walk.page, f"walk-{kind}-verified")


def test_an_occupation_in_miyun_goes_from_draft_to_consent(
    walk: Callable[..., Walk], clock: Any, tmp_path: Path, shot: Shot, axe: Axe
) -> None:
    stock("occupation", MIYUN)
    _unit, clerk = make_unit("京北交通建设有限公司", MIYUN)
    table = tmp_path / "地块表.xlsx"
    table.write_bytes(export.to_xlsx([parcel()], table=PARCELS))
    desk = walk()
    case = occupation_draft(desk, clerk, table, MIYUN)
    desk.materials(case)
    desk.page.goto(f"/drafts/{case.pk}/check/")
    shot(desk.page, "walk-occupation-check")
    case = desk.hand_in(case)

    desk.officer(who(case, Duty.ACCEPT), "accept")
    inspector = make_person("inspector", "查验员", make_post("inspector", agency=Agency.objects.get(
        slug="bj-miyun-forestry")))  # fmt: skip
    first = who(case, Duty.FIRST_REVIEW)
    desk.open_task(first)
    axe(desk.page)
    day = today()
    desk.act("record_site_check", checked_on=day, place="石城镇现场", result="与申请一致", **{
        "inspectors-0-person": first.pk, "inspectors-1-person": inspector.pk,
        "photos-0-photo": tmp_path / "feasibility_report.pdf"})  # fmt: skip
    desk.act("publish_notice", starts=day, ends=WorkCalendar.load().add(day, 6).date, place="村务公开栏",
             contact="资源科 010-00000000")  # fmt: skip
    shot(desk.page, "walk-occupation-first-review")
    print_pending()
    notice = Document.objects.get(application=case, kind="public_notice")
    clock.shift(timedelta(days=11))
    desk.sign_in(desk.page, first)
    desk.page.goto("/queue/mine/")
    press(desk.page.locator("main tbody a[href^='/tasks/']").first)
    desk.act("recommend", **YES)

    office = Office(clerk)
    silent, *others = asked(case)
    for mandate in others:
        desk.officer(office.officer(mandate), "give_opinion", position="agree", opinion="无不同意见。")
    reviewer = who(case, Duty.FINAL_REVIEW)
    desk.beside(reviewer, case, "record_silence", office=silent.pk, note="三次催办未复")
    desk.page.goto(f"/cases/{case.pk}/")
    expect(desk.page.locator("main")).to_contain_text("未答复（不视为同意）")
    shot(desk.page, "walk-occupation-consulted")
    desk.open_task(reviewer)
    axe(desk.page)
    shot(desk.page, "walk-occupation-final-review")
    desk.act("record_fee", paid_on=today(), receipt="示例0001", amount="50000.00")
    desk.act("propose", **YES)
    desk.officer(who(case, Duty.DECIDE), "approve", confirm=True, opinion="同意。", conditions="设置林地边界标识")

    case = Application.objects.get(pk=case.pk)
    assert case.status == S.APPROVED
    assert problems_of(case) == []
    print_and_verify(desk, case, "occupation_consent", shot)
    desk.page.goto(f"/notices/{notice.pk}/")
    axe(desk.page)
    shot(desk.page, "walk-occupation-public-notice")
    expect(desk.page.locator("main")).to_contain_text("松曹路改建工程")


def test_natural_forest_land_in_jizhou_is_refused_with_the_clause(
    walk: Callable[..., Walk], clock: Any, tmp_path: Path, shot: Shot, axe: Axe
) -> None:
    _unit, clerk = make_unit("蓟北旅游开发有限公司", JIZHOU)
    table = tmp_path / "林地图.csv"
    table.write_text(MAP, encoding="utf-8")
    desk = walk(language="en", width=375)
    case = occupation_draft(desk, clerk, table, JIZHOU, project_class="eco_tourism", purpose="游客服务设施",
                            location="蓟州区下营镇常州村")  # fmt: skip
    row = case.occupation.rows.get()
    desk.fill(f"/drafts/{case.pk}/rows/{row.pk}/", {"zone": "none", "red_line": "no"})
    desk.materials(case)
    desk.page.goto(f"/drafts/{case.pk}/check/")
    expect(desk.page.locator("main")).to_contain_text("禁止占用天然林地")
    axe(desk.page)
    shot(desk.page, "walk-jizhou-check-narrow")
    case = desk.hand_in(case)  # the applicant is warned, and may ask all the same

    desk.officer(who(case, Duty.ACCEPT), "accept")
    reviewer = who(case, Duty.FIRST_REVIEW)
    desk.officer(reviewer, "recommend", **NO)
    office = Office(clerk)
    for mandate in asked(case):
        desk.officer(office.officer(mandate), "give_opinion", position="object", opinion="不符合保护方案。")
    desk.officer(who(case, Duty.FINAL_REVIEW), "propose", **YES)
    decider = who(case, Duty.DECIDE)
    desk.open_task(decider)
    expect(desk.page.locator("main")).to_contain_text("禁止占用天然林地")
    axe(desk.page)
    shot(desk.page, "walk-jizhou-decision-narrow")
    form = desk.page.locator("details#approve")
    if form.get_attribute("open") is None:
        form.locator("> summary").click()
    form.locator("[name=opinion]").fill("同意。")
    press(form.locator("button.btn-primary").last)
    expect(desk.page.locator("button[name=confirmed]")).to_have_count(0)  # nothing is asked that would be refused
    assert Application.objects.get(pk=case.pk).status == S.AWAITING_DECISION  # the law does not let it pass
    expect(desk.page.locator("main")).to_contain_text("O-02")
    desk.act("refuse", confirm=True, reasons="拟占用天然林地，不属于国防建设和国家重大工程。")

    case = Application.objects.get(pk=case.pk)
    assert case.status == S.REFUSED
    assert problems_of(case) == []
    print_and_verify(desk, case, "occupation_refusal", shot)


def test_an_introduction_is_approved_after_the_experts_and_the_period_stood_still(
    walk: Callable[..., Walk], clock: Any, shot: Shot, axe: Axe
) -> None:
    _unit, clerk = make_unit("密云树木引种中心", MIYUN)
    desk = walk()
    case = desk.begin(clerk, "introduction", "引进北美红栎", district=MIYUN)
    desk.fill(f"/drafts/{case.pk}/head/", introduction.head())
    species = introduction.species("B")
    told = {name: ("no", "yes")[value] if isinstance(value, bool) else value for name, value in species.items()}
    desk.fill(f"/drafts/{case.pk}/rows/add/", told)
    desk.materials(case)
    case = desk.hand_in(case)
    desk.officer(who(case, Duty.ACCEPT), "accept")
    desk.officer(who(case, Duty.FIRST_REVIEW), "recommend", **YES)
    case = Application.objects.get(pk=case.pk)
    reviewer = who(case, Duty.FINAL_REVIEW)
    desk.open_task(reviewer)
    desk.act("suspend_clock", ground="expert_review", reason="组织专家评审")
    whole = clocks_of(case).whole
    assert whole is not None
    clock.shift(timedelta(days=3))
    desk.sign_in(desk.page, reviewer)
    desk.page.goto(f"/cases/{case.pk}/")
    expect(desk.page.locator("main")).to_contain_text("专家评审")
    shot(desk.page, "walk-introduction-suspended")
    assert clocks_of(case).whole.remaining == whole.remaining  # type: ignore[union-attr]
    desk.page.goto("/queue/mine/")
    press(desk.page.locator("main tbody a[href^='/tasks/']").first)
    desk.act("resume_clock")
    axe(desk.page)
    desk.act("record_expert_review", held_on=today(), experts="李龘、周喆", conclusion="风险可控，建议通过。")
    office = Office(clerk)
    for mandate in asked(case):
        desk.officer(office.officer(mandate), "give_opinion", position="agree", opinion="同意。")
    desk.officer(reviewer, "propose", **YES)
    desk.officer(who(case, Duty.DECIDE), "approve", confirm=True, opinion="同意。")
    case = Application.objects.get(pk=case.pk)
    assert case.status == S.APPROVED
    assert problems_of(case) == []
    print_and_verify(desk, case, "introduction_permit", shot)


def test_a_felling_is_licensed_by_the_district_alone(
    walk: Callable[..., Walk], clock: Any, tmp_path: Path, shot: Shot, axe: Axe
) -> None:
    stock("felling", MIYUN)
    _unit, clerk = make_unit("石塘林业有限公司", MIYUN)
    table = tmp_path / "伐区调查设计表.xlsx"
    table.write_bytes(export.to_xlsx([felling.ROW, felling.ROW | {"number": "4"}], table=STANDS))
    desk = walk()
    case = desk.begin(clerk, "felling", "石塘用材林主伐", district=MIYUN)
    desk.fill(f"/drafts/{case.pk}/head/", felling.head())
    desk.take_over(f"/drafts/{case.pk}/rows/import/", table)
    axe(desk.page)
    shot(desk.page, "walk-felling-stands")
    desk.materials(case)
    desk.page.goto(f"/drafts/{case.pk}/check/")
    axe(desk.page)
    shot(desk.page, "walk-felling-check")
    case = desk.hand_in(case)

    desk.officer(who(case, Duty.ACCEPT), "accept")
    reviewer = who(case, Duty.FINAL_REVIEW)
    desk.open_task(reviewer)  # the district's own reviewer: nobody reviewed before
    axe(desk.page)
    shot(desk.page, "walk-felling-review")
    desk.act("propose", **YES)
    decider = who(case, Duty.DECIDE)
    desk.open_task(decider)
    desk.act("rule_on_finding", rule="F-FL58-3", reason="面积未达到须提交调查设计的规模。",
             document=tmp_path / "ownership_certificate.pdf")  # fmt: skip
    desk.act("approve", confirm=True, opinion="同意。", conditions="现地标明小班界线")

    case = Application.objects.get(pk=case.pk)
    assert case.status == S.APPROVED
    assert problems_of(case) == []
    print_and_verify(desk, case, "felling_licence", shot)
