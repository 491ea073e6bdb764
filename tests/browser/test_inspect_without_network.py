"""An inspection in the field, in a browser: what is entered stays while there is no network, and is sent once there is.

The pages of supervision are looked over here too: the permit with its obligations, a report, an inspection, the list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.urls import reverse
from playwright.sync_api import Page, expect

from permits.models import MaterialVersion
from tests.cast import NOW, Cast
from tests.permits.aftercare.cases import Watch, photo

Look = Callable[[Page, str], None]
SignIn = Callable[[Page, object], None]
KEPT = re.compile(r"\d:\d\d")


@pytest.fixture
def watch(begins_with_cast: None, transactional_db: None) -> Iterator[Watch]:
    with time_machine.travel(NOW, tick=True):
        cast = Cast.enter()
        yield Watch(cast.printed_case(), cast.clerk)


def address(watch: Watch) -> str:
    return reverse("case-act", args=[watch.case.pk, "record_inspection"])


def fill(page: Page, watch: Watch) -> None:
    page.fill("[name=place]", "12林班3小班")
    page.fill("[name='inspectors-0-capacity']", "执法人员")
    page.select_option("[name='inspectors-1-person']", str(watch.second.pk))
    page.fill("[name='inspectors-1-capacity']", "执法人员")
    page.check("[name='findings-0-finding'][value=in_order]")
    page.fill("[name='findings-0-what']", "许可证与现场一致。")
    page.check("[name='findings-1-finding'][value=not_looked_at]")
    assert page.locator("[name^='findings-'][name$='-obligation']").count() == 2, "what waits for another is not asked"
    page.set_input_files(
        "[name='photos-0-photo']", [{"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": photo().read()}]
    )


def test_what_is_entered_without_a_network_is_kept_and_sent_once_there_is_one(
    page: Page, watch: Watch, sign_in: SignIn
) -> None:
    sign_in(page, watch.first)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 40.54321, "longitude": 117.12345})
    page.goto(address(watch))
    page.context.set_offline(True)
    fill(page, watch)
    page.locator("[data-field-place='photos-0']").click()
    expect(page.locator("[name='photos-0-longitude']")).to_have_value("117.123450")
    expect(page.locator("#field-kept")).to_have_text(KEPT)
    page.locator("main form button.btn-primary").click()
    expect(page.locator("#field-kept")).to_contain_text("无网络")
    assert not watch.fresh.did("record_inspection")
    page.context.set_offline(False)
    page.goto(address(watch))  # as after the browser was closed: everything is there again, the photograph too
    expect(page.locator("[name=place]")).to_have_value("12林班3小班")
    expect(page.locator("[name='photos-0-latitude']")).to_have_value("40.543210")
    assert page.evaluate("document.querySelector(\"[name='photos-0-photo']\").files.length") == 1
    page.locator("main form button.btn-primary").click()
    page.wait_for_url(f"**{reverse('permit', args=[watch.case.pk])}")
    (record,) = watch.fresh.did("record_inspection")
    assert record.facts["photos"][0]["longitude"] == "117.123450"
    assert MaterialVersion.objects.filter(pk=record.facts["photos"][0]["photo"]["id"]).exists()
    page.wait_for_timeout(300)
    page.goto(address(watch))  # what was recorded is forgotten
    expect(page.locator("[name=place]")).to_have_value("")


def test_without_a_script_it_is_the_plain_form(scriptless_page: Page, watch: Watch, sign_in: SignIn) -> None:
    sign_in(scriptless_page, watch.first)
    scriptless_page.goto(address(watch))
    fill(scriptless_page, watch)
    scriptless_page.locator("main form button.btn-primary").click()
    assert len(watch.fresh.did("record_inspection")) == 1


def test_pages_of_supervision_have_no_barrier(page: Page, watch: Watch, sign_in: SignIn, look_over: Look) -> None:
    sign_in(page, watch.first)
    for where, name in (
        (address(watch), "inspection"),
        (reverse("permit", args=[watch.case.pk]), "obligations-officer"),
        (reverse("obligation-list"), "obligation-list"),
        (reverse("calendar") + "?month=2027-03", "calendar-of-obligations"),
        (reverse("home"), "home-of-supervision"),
    ):
        page.goto(where)
        look_over(page, name)
    sign_in(page, watch.clerk)
    page.goto(reverse("obligation-report", args=[watch.case.pk, "completion"]))
    look_over(page, "obligation-report")
