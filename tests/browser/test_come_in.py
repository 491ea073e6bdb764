"""The pages by which people come in, before a browser: a passkey made and used, every page without a barrier."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Page, expect

from roles.accounts import invite, make_administrator
from roles.locks import note_failure
from roles.mail_addresses import SIGNER
from roles.models import Person, SecurityEvent
from roles.models.security import What
from tests.browser.walker import press
from tests.cast import make_person

PASSWORD = "long enough to pass"
NewPage = Callable[..., Page]
Look = Callable[[Page, str], None]


@pytest.fixture
def person(transactional_db: None) -> Person:
    cache.clear()
    return make_person("zhang", "张三")


def enter(page: Page) -> None:
    page.goto("/login/")
    page.locator("#id_username").fill("zhang")
    page.locator("#id_password").fill(PASSWORD)
    press(page.locator("main form button.btn-primary").first)


def confirmed(page: Page, name: str) -> None:
    """A delicate page, for which the password is asked once more."""
    page.goto(reverse(name))
    page.locator("#id_password").fill(PASSWORD)
    page.locator("main form button.btn-primary").click()
    expect(page).to_have_url(reverse(name))


def give_authenticator(page: Page) -> None:
    """The browser gets an authenticator built into the machine, which knows its owner."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_is_added_and_opens_the_account_without_a_password(
    person: Person, page: Page, look_over: Look
) -> None:
    give_authenticator(page)
    enter(page)
    confirmed(page, "mfa_add_webauthn")
    look_over(page, "passkey-add")
    page.locator("#id_passwordless").check()
    page.locator("#mfa_webauthn_add").click()
    expect(page).to_have_url(reverse("mfa_view_recovery_codes"))
    look_over(page, "recovery-codes")
    for name in ("mfa_list_webauthn", "mfa_index"):
        page.goto(reverse(name))
        look_over(page, name)
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        key = person.authenticator_set.get(type="webauthn").pk  # type: ignore[attr-defined]
        page.goto(reverse(name, args=[key]))
        look_over(page, name)
    page.context.clear_cookies()
    page.goto("/login/")
    page.locator("#passkey_login").click()
    expect(page).to_have_url("/")
    page.context.clear_cookies()
    enter(page)  # with the password, the passkey is the second factor
    expect(page).to_have_url(reverse("mfa_authenticate"))
    look_over(page, "second-factor")
    page.locator("#mfa_webauthn_authenticate").click()
    expect(page).to_have_url("/")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_page_of_the_way_in_has_a_barrier_or_is_too_wide(
    person: Person, new_page: NewPage, look_over: Look, language: str
) -> None:
    page = new_page(language=language, scripts=True)
    link = invite(person).link
    for name, address in {
        "login": reverse("login"),
        "reset": reverse("account_reset_password"),
        "reset-sent": reverse("account_reset_password_done"),
        "reset-done": reverse("account_reset_password_from_key_done"),
        "closed": reverse("account_inactive"),
        "oidc-cancelled": reverse("socialaccount_login_cancelled"),
        "link": "/" + link.split("/", 3)[3],
        "link-dead": reverse("account_reset_password_from_key", args=["1", "dead"]),
    }.items():
        page.goto(address)
        look_over(page, f"{name}-{language}")
    enter(page)
    page.goto(reverse("account_reauthenticate"))
    look_over(page, f"confirm-{language}")
    confirmed(page, "mfa_activate_totp")
    for name in ("account_change_password", "mfa_index", "mfa_activate_totp", "usersessions_list"):
        page.goto(reverse(name))
        look_over(page, f"{name}-{language}")
    page.goto(reverse("account_change_password"))
    press(page.locator("main form button.btn-primary"))
    look_over(page, f"password-errors-{language}")


def test_the_security_administrators_pages_have_no_barrier(
    person: Person, page: Page, sign_in: Callable[[Page, Person], None], look_over: Look
) -> None:
    security = make_person("security-admin", "安全管理员")
    system = make_person("system-admin", "系统管理员")
    make_administrator(security, "security")
    make_administrator(system, "system")
    for _attempt in range(10):
        note_failure("zhang", "2001:db8::1")
    enter(page)
    look_over(page, "locked-out")
    sign_in(page, security)
    for name, address in {
        "locks": reverse("lock-list"),
        "person-secured": reverse("person", args=[person.pk]),
        "factors": reverse("person-factors", args=[person.pk]),
    }.items():
        page.goto(address)
        look_over(page, name)
    sign_in(page, system)
    page.goto(reverse("person", args=[person.pk]))
    page.locator(f"form[action='{reverse('person-invite', args=[person.pk])}'] button").click()
    expect(page.locator(".alert")).to_contain_text("/account/key/")
    look_over(page, "one-time-link")


def test_a_second_factor_by_an_app_needs_no_script(person: Person, scriptless_page: Page) -> None:
    page = scriptless_page
    enter(page)
    confirmed(page, "mfa_activate_totp")
    expect(page.locator("img.qr-code")).to_be_visible()
    page.set_viewport_size({"width": 375, "height": 900})
    secret = page.locator("#authenticator_secret")  # who has no camera copies it, so all of it is in sight
    assert secret.evaluate("one => one.scrollWidth <= one.clientWidth")
    page.locator("#id_code").fill("000000")
    page.locator("main form button.btn-primary").click()
    expect(page.locator("#error-summary")).to_be_visible()


def test_the_own_address_is_changed_after_the_password_and_by_a_link(
    page: Page, look_over: Look, person: Person
) -> None:
    enter(page)
    page.goto(reverse("profile"))
    look_over(page, "own-address-profile")
    confirmed(page, "own-address")
    look_over(page, "own-address")
    page.locator("#id_email").fill("zhang@example.cn")
    page.locator("#id_ground").fill("换邮箱")
    press(page.locator("main form button.btn-primary").first)
    key = SIGNER.sign(str(SecurityEvent.objects.get(what=What.ADDRESS_ASKED).pk))
    page.goto(reverse("own-address-take", args=[key]))
    look_over(page, "own-address-take")
    press(page.locator("main form button.btn-primary").first)
    expect(page.locator("main")).to_contain_text("zhang@example.cn")
    person.refresh_from_db()
    assert person.email == "zhang@example.cn"
