"""Log-in by OpenID Connect, against a real provider on loopback: for people who have an account, and nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp
from authlib.oidc.core.grants import code
from django.test import Client
from django.urls import reverse
from joserfc import jwt
from oidc_provider_mock import User, run_server_in_thread

from config.environment import BadSetting, Environment
from roles import identities
from roles.appointments import deactivate
from roles.models import Person, SecurityEvent
from roles.models.security import What
from roles.oidc import flaw
from tests.cast import make_person

pytestmark = pytest.mark.django_db
CLAIMS = {"1": "zhang", "2": "nobody", "3": "", "4": "Zhang"}
"""What each of the provider's people is called there."""


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    people = [User(sub=sub, claims={"preferred_username": name} if name else {}) for sub, name in CLAIMS.items()]
    with run_server_in_thread(user_claims=people) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture(autouse=True)
def oidc(provider: str, settings: Any) -> None:
    variables = {"OIDC_URL": provider, "OIDC_CLIENT_ID": "permits", "OIDC_SECRET": "secret", "OIDC_NAME": "统一认证"}
    settings.SOCIALACCOUNT_PROVIDERS = Environment(variables).oidc(*variables, local=True)


@pytest.fixture
def person() -> Person:
    return make_person("zhang", "张三")


def come_in(sub: str, desk: Client | None = None, **query: str) -> tuple[Client, Any]:
    """Through the provider's page and back; the client, and what the callback answered."""
    desk = desk or Client()
    away = desk.get(reverse("openid_connect_login", args=["oidc"]), query)
    assert "code_challenge=" in away["Location"]
    back = requests.post(away["Location"], data={"sub": sub}, allow_redirects=False, timeout=10).headers["Location"]
    parts = urlsplit(back)
    return desk, desk.get(f"{parts.path}?{parts.query}")


def test_who_has_an_account_comes_in(person: Person) -> None:
    assert "统一认证" in Client().get(reverse("login")).content.decode()
    desk, answer = come_in("1", next="/roles/")
    assert answer.url == "/roles/"
    assert desk.get(reverse("profile")).context["user"] == person
    assert SecurityEvent.objects.filter(what=What.LOGGED_IN, person=person).exists()
    assert come_in("1")[1].url == "/"
    assert SecurityEvent.objects.filter(what=What.IDENTITY_TIED, person=person).count() == 1
    assert list(identities.differences()) == []


@pytest.mark.parametrize("sub", ["2", "3"])
def test_an_identity_without_an_account_is_refused_and_makes_none(person: Person, sub: str) -> None:
    desk, answer = come_in(sub)
    assert answer.status_code == 403
    assert desk.get(reverse("profile")).status_code == 302
    assert Person.objects.count() == 1
    assert not SocialAccount.objects.exists()
    assert SecurityEvent.objects.get(what=What.LOGIN_FAILED).details == {"oidc": CLAIMS[sub]}


def test_a_closed_account_stays_closed(person: Person) -> None:
    come_in("1")
    deactivate(person)
    desk, answer = come_in("1")
    assert answer.status_code == 403
    assert desk.get(reverse("profile")).status_code == 302


def test_an_identity_whose_name_changed_hands_is_refused(person: Person) -> None:
    come_in("1")
    Person.objects.filter(pk=person.pk).update(username="former")
    make_person("zhang", "另一个张三")
    assert come_in("1")[1].status_code == 403


def test_nobody_ties_a_foreign_identity_to_the_own_account() -> None:
    desk = Client()
    desk.force_login(make_person("li", "李四"))
    assert come_in("1", desk, process="connect")[1].status_code == 403
    assert not SocialAccount.objects.exists()


def test_who_comes_in_so_has_no_password_to_change(person: Person) -> None:
    person.set_unusable_password()
    person.save()
    desk, _answer = come_in("1")
    assert desk.get(reverse("account_change_password"), follow=True).status_code == 403


def test_who_has_a_second_factor_here_is_asked_for_it_all_the_same(person: Person) -> None:
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "never asked for here"})
    desk, answer = come_in("1")
    assert answer.url.startswith(reverse("mfa_authenticate"))
    assert desk.get(reverse("profile")).status_code == 302


def test_a_log_in_broken_off_says_so() -> None:
    desk = Client()
    away = desk.get(reverse("openid_connect_login", args=["oidc"]))
    asked = requests.post(away["Location"], data={"action": "deny"}, allow_redirects=False, timeout=10)
    parts = urlsplit(asked.headers["Location"])
    answer = desk.get(f"{parts.path}?{parts.query}", follow=True)
    assert answer.status_code in (200, 401)
    assert desk.get(reverse("profile")).status_code == 302


def begun(desk: Client, **query: str) -> str:
    """Where the provider sends `desk` back to, which has not followed yet."""
    away = desk.get(reverse("openid_connect_login", args=["oidc"]), query)
    back = requests.post(away["Location"], data={"sub": "1"}, allow_redirects=False, timeout=10).headers["Location"]
    parts = urlsplit(back)
    return f"{parts.path}?{parts.query}"


def refused(desk: Client, answer: Any) -> bool:
    return answer.status_code in (401, 403) and desk.get(reverse("profile")).status_code == 302


def told_wrongly(monkeypatch: pytest.MonkeyPatch, **wrong: Any) -> None:
    """The provider's ID tokens say something else; None leaves a claim out."""

    def forged(header: Any, claims: dict[str, Any], *rest: Any) -> str:
        changed = {name: value for name, value in {**claims, **wrong}.items() if value is not None}
        return str(jwt.encode(header, changed, *rest))

    monkeypatch.setattr(code, "jwt", SimpleNamespace(encode=forged))


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://another.example.cn"}, {"aud": ["another"]}, {"aud": ["permits", "another"]},
        {"azp": "another"},
        {"nonce": "of another log-in"}, {"nonce": None}, {"sub": "2"}, {"exp": 1}, {"iss": None}, {"aud": None},
    ],
    ids=str,
)  # fmt: skip
def test_a_token_that_is_not_the_answer_to_this_log_in_is_refused(
    person: Person, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, Any]
) -> None:
    told_wrongly(monkeypatch, **wrong)
    desk, answer = come_in("1")
    assert refused(desk, answer)
    assert not SocialAccount.objects.exists()


def test_an_answer_is_taken_once_and_by_who_asked(person: Person) -> None:
    desk, other = Client(), Client()
    back = begun(desk)
    assert refused(other, other.get(back))  # another browser: its session knows no such state
    assert desk.get(back).status_code == 302
    desk.post(reverse("logout"))
    assert refused(desk, desk.get(back))  # the same again: state and code are spent


def test_a_code_of_one_log_in_serves_no_other(person: Person) -> None:
    desk, thief = Client(), Client()
    stolen = parse_qs(urlsplit(begun(desk)).query)["code"][0]
    own = parse_qs(urlsplit(begun(thief)).query)["state"][0]
    answer = thief.get(reverse("openid_connect_callback", args=["oidc"]), {"code": stolen, "state": own})
    assert refused(thief, answer)


def test_a_link_made_elsewhere_asks_the_provider_for_nothing_of_its_own(person: Person) -> None:
    asked = {"auth_params": "nonce=known&redirect_uri=https://evil.example", "scope": "offline_access"}
    away = Client().get(reverse("openid_connect_login", args=["oidc"]), asked)["Location"]
    assert "evil" not in away
    said = parse_qs(urlsplit(away).query)
    assert said["nonce"] != ["known"]
    assert len(said["nonce"][0]) > 20
    assert "offline_access" not in said["scope"][0]


def test_a_provider_that_gives_no_token_of_identity_logs_nobody_in(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code.OpenIDToken, "process_token", lambda *_given: {})
    desk, answer = come_in("1")
    assert refused(desk, answer)
    assert SecurityEvent.objects.get(what=What.LOGIN_FAILED).details == {"why": "oidc_token"}


def test_a_discovery_that_names_another_issuer_is_not_the_one_we_know(
    person: Person, provider: str, settings: Any
) -> None:
    apps = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    apps[0]["settings"]["server_url"] = provider.replace("localhost", "127.0.0.1") + "/.well-known/openid-configuration"
    assert come_in("1")[1].status_code == 302
    claims = {"id_token": {"nonce": "n", "iss": provider, "sub": "1", "exp": 1}, "userinfo": {"sub": "1"}}
    assert flaw(claims, {"nonce": "n"}, f"{provider}/.well-known/openid-configuration", "permits") == ""
    assert flaw(claims, {"nonce": "n"}, "https://idp.example.cn", "permits") == "issuer"
    assert flaw(claims, {}, provider, "permits") == "nonce"
    del claims["id_token"]["exp"]  # type: ignore[attr-defined]
    assert flaw(claims, {"nonce": "n"}, provider, "permits") == "token"


def test_without_its_settings_there_is_no_provider() -> None:
    names = ("OIDC_URL", "OIDC_CLIENT_ID", "OIDC_SECRET", "OIDC_NAME")
    assert Environment({}).oidc(*names, local=False) == {}
    with pytest.raises(BadSetting, match="OIDC_CLIENT_ID"):
        Environment({"OIDC_URL": "https://idp.example.cn"}).oidc(*names, local=False)


@pytest.mark.parametrize("key", ["other", "oidc"])
def test_a_provider_put_into_the_database_is_none(person: Person, provider: str, key: str) -> None:
    SocialApp.objects.create(
        provider="openid_connect", provider_id=key, name="另一个", client_id="x", settings={"server_url": provider}
    )
    assert "另一个" not in Client().get(reverse("login")).content.decode()
    assert Client().get(reverse("openid_connect_login", args=["other"])).status_code == 404
    _desk, answer = come_in("1")
    assert answer.status_code == 302


def test_in_production_the_provider_is_asked_by_https() -> None:
    names = ("OIDC_URL", "OIDC_CLIENT_ID", "OIDC_SECRET", "OIDC_NAME")
    given = dict.fromkeys(names, "x") | {"OIDC_URL": "http://idp.example.cn"}
    with pytest.raises(BadSetting, match="https://"):
        Environment(given).oidc(*names, local=False)
    assert Environment(given).oidc(*names, local=True)
    assert Environment(given | {"OIDC_URL": "https://idp.example.cn"}).oidc(*names, local=False)
