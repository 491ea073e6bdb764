"""A judgment that annuls a reconsideration, on the pages: what the form asks where, and what case and permit tell."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from permits.models.permit import P
from roles.models import Person
from tests.browser.walker import press, put
from tests.cast import Cast, fresh, pdf
from tests.permits.life.cases import REVOKED, Desk, permit
from tests.permits.life.remedied import outcome

SignIn = Callable[[Page, Person], None]
Look = Callable[[Page, str], None]


def test_what_becomes_of_the_revocation_is_asked_once_the_reconsideration_is_named(
    page: Page, sign_in: SignIn, look_over: Look, cast: Cast
) -> None:
    desk = Desk.of_tending(cast)
    revoked = desk.decide("revoke_permit", **REVOKED)
    said = outcome(desk, revoked.seq, "annulled", decided_on=timezone.localdate())
    remedy = desk.decide("record_reconsideration", **said)
    sign_in(page, cast.decider)
    page.goto(reverse("case-act", args=[desk.case.pk, "record_suit"]))
    asked = page.locator("[name=earlier]")
    expect(asked).to_be_hidden()
    put(page, "against", str(revoked.seq))
    expect(asked).to_be_hidden()
    put(page, "against", str(remedy.seq))
    expect(asked).to_be_visible()
    for name, value in (("outcome", "annulled"), ("earlier", "restored"), ("organ", "北京市某人民法院"),
                        ("number", "（2026）京行初7号"), ("decided_on", timezone.localdate().isoformat()),
                        ("reasons", "复议决定认定事实不清。")):  # fmt: skip
        put(page, name, value)
    look_over(page, "annul-outcome-form")
    press(page.locator("main form button.btn-primary").last)
    look_over(page, "annul-outcome-confirm")
    paper = pdf("判决书.pdf", "判决")
    page.locator("[name=document]").set_input_files(
        {"name": "判决书.pdf", "mimeType": "application/pdf", "buffer": paper.read()}
    )
    press(page.locator("button[name=confirmed]"))
    expect(page.locator("main")).to_contain_text(str(fresh(desk.case)))
    assert permit(desk.case).status == P.REVOKED
    page.goto(reverse("permit", args=[desk.case.pk]))
    look_over(page, "annul-outcome-permit")
    again = outcome(desk, last_judgment(desk), "anew", earlier="open", decided_on=timezone.localdate(), number="再1号")
    desk.decide("record_suit", **again)
    for place in ("permit", "case"):
        page.goto(reverse(place, args=[desk.case.pk]))
        expect(page.locator("main")).to_contain_text("效力待定")
        look_over(page, f"annul-outcome-open-{place}")


def last_judgment(desk: Desk) -> int:
    """The number of the judgment recorded last."""
    return int(fresh(desk.case).did("record_suit")[-1].seq)
