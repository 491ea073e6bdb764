"""A provider of OpenID Connect that is silent, breaks, talks nonsense or points elsewhere fails a log-in, no more."""

from __future__ import annotations

import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import time_machine
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.environment import Environment
from roles import identities
from roles import oidc as ours
from roles.accounts import make_administrator
from roles.models import Person, SecurityEvent
from roles.models.security import What
from tests.cast import log_in, make_person
from tests.config.entering import enter, lines

pytestmark = pytest.mark.django_db
DISCOVERY, TOKEN, INFO = "/.well-known/openid-configuration", "/token", "/userinfo"
Answer = Callable[[BaseHTTPRequestHandler], None]


class Bad(ThreadingHTTPServer):
    """A provider that answers as it should, but where `wrong` says otherwise."""

    daemon_threads = True
    nonce = ""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.wrong: dict[str, Answer] = {}
        self.claims: dict[str, Any] = {}
        self.asked: list[str] = []
        self.url = f"http://127.0.0.1:{self.server_port}"

    def right(self, path: str) -> dict[str, Any]:
        said = {"sub": "1", "preferred_username": "zhang", **self.claims}
        token = {**said, "iss": self.url, "aud": "permits", "exp": time.time() + 60, "nonce": self.nonce}
        ends = {"authorization": "/authorize", "token": TOKEN, "userinfo": INFO}
        return {
            DISCOVERY: {f"{one}_endpoint": self.url + at for one, at in ends.items()}
            | {"issuer": self.url, "jwks_uri": f"{self.url}/keys"},
            TOKEN: {"access_token": "a", "id_token": jwt.encode(token, "k" * 32, "HS256")},
            INFO: said,
        }[path]


class _Answers(BaseHTTPRequestHandler):
    server: Bad

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if wrong := self.server.wrong.get(self.path):
            return wrong(self)
        return say(json.dumps(self.server.right(self.path)))(self)

    do_POST = do_GET

    def log_message(self, *_given: Any) -> None:
        pass


def say(text: str, status: int = 200, **headers: str) -> Answer:
    def answer(to: BaseHTTPRequestHandler) -> None:
        to.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            to.send_header(name, value)
        to.end_headers()
        to.wfile.write(text.encode())

    return answer


@pytest.fixture
def provider(settings: Any) -> Iterator[Bad]:
    cache.clear()
    server = Bad()
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    variables = {"OIDC_URL": server.url, "OIDC_CLIENT_ID": "permits", "OIDC_SECRET": "secret", "OIDC_NAME": "统一认证"}
    settings.SOCIALACCOUNT_PROVIDERS = Environment(variables).oidc(*variables, local=True)
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def person() -> Person:
    return make_person("zhang", "张三")


def begin(desk: Client) -> Any:
    return desk.get(reverse("openid_connect_login", args=["oidc"]))


def come_in(provider: Bad, desk: Client | None = None) -> Any:
    """What the callback answers, or the page before it."""
    desk = desk or Client()
    away = begin(desk)
    if away.status_code != 302:
        return away
    asked = parse_qs(urlsplit(away["Location"]).query)
    provider.nonce = asked["nonce"][0]
    return desk.get(reverse("openid_connect_callback", args=["oidc"]), {"code": "c", "state": asked["state"][0]})


def silent(to: BaseHTTPRequestHandler) -> None:
    time.sleep(1)


def dripping(to: BaseHTTPRequestHandler) -> None:
    to.send_response(200)
    to.end_headers()
    for _part in range(20):
        to.wfile.write(b" ")
        to.wfile.flush()
        time.sleep(0.1)


def stalled(to: BaseHTTPRequestHandler) -> None:
    to.send_response(200)
    to.send_header("Content-Length", "100")
    to.end_headers()
    to.wfile.write(b'{"issuer"')
    to.wfile.flush()
    time.sleep(1)


WRONG: dict[str, Answer] = {
    "silent": silent, "dripping": dripping, "500": say("{}", 500), "page": say("<html>"), "list": say("[]"),
    "text": say('"text"'), "nothing": say("{}"), "huge": say("[" + "1," * 600_000 + "1]"),
    "elsewhere": say("{}", 307, Location="http://127.0.0.1:1/"), "stalled": stalled,
    "cut off": say('{"issuer"', **{"Content-Length": "100"}), "garbled": say("no gzip", **{"Content-Encoding": "gzip"}),
}  # fmt: skip


def test_this_provider_lets_in_who_has_an_account(provider: Bad, person: Person) -> None:
    assert come_in(provider).url == "/"


@pytest.mark.parametrize(("at", "how"), [(at, how) for at in (DISCOVERY, TOKEN, INFO) for how in WRONG
                                         if (at, how) != (INFO, "nothing")])  # fmt: skip
def test_a_provider_that_is_ill_fails_the_log_in_with_a_page_and_a_line(
    provider: Bad, person: Person, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, at: str, how: str
) -> None:
    if how in ("silent", "dripping", "stalled"):  # the others answer, on a busy machine later than this
        monkeypatch.setattr(ours, "SILENCE", 0.3)
        monkeypatch.setattr(ours, "PATIENCE", 0.5)
    provider.wrong[at] = WRONG[how]
    answer = come_in(provider)
    assert answer.status_code == 401
    assert reverse("login") in answer.content.decode()
    (line,) = SecurityEvent.objects.filter(what=What.LOGIN_FAILED)
    answers = how in ("page", "list", "text", "nothing", "huge", "elsewhere", "garbled") or (at, how) == (TOKEN, "500")
    assert line.details["why"] == ("oidc_refused" if answers else "oidc_provider")
    assert {one.levelname for one in caplog.records if one.name.startswith("roles.")} == {"WARNING"}
    assert line.address == "127.0.0.1"
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize(("at", "said"), [
    (DISCOVERY, {"token_endpoint": 7}), (DISCOVERY, {"userinfo_endpoint": None}), (DISCOVERY, {"issuer": ["a"]}),
    (DISCOVERY, {"token_endpoint": "no address"}), (DISCOVERY, {"token_endpoint_auth_methods_supported": 5}),
    (TOKEN, {"expires_in": "soon"}), (TOKEN, {"expires_in": 1e300}), (TOKEN, {"expires_in": [1]}),
    (TOKEN, {"id_token": 7}), (TOKEN, {"id_token": "a.b.c"}), (TOKEN, {"id_token": ["a"]}), (TOKEN, {"id_token": None}),
    (INFO, {"sub": None}), (INFO, {"email": ["a"]}), (INFO, {"email": {"a": 1}, "sub": 7.5}),
])  # fmt: skip
def test_a_value_of_another_type_is_the_providers_and_no_defect_of_ours(
    provider: Bad, person: Person, caplog: pytest.LogCaptureFixture, at: str, said: dict[str, Any]
) -> None:
    answer = provider.right

    def wrong(path: str) -> dict[str, Any]:
        return answer(path) | (said if path == at else {})

    provider.right = wrong  # type: ignore[method-assign]
    assert come_in(provider).status_code in (302, 401, 403)
    assert {one.levelname for one in caplog.records if one.name.startswith("roles.")} <= {"WARNING"}


@pytest.mark.parametrize("end", [None, [1], "soon", float("inf"), 1e300, -1, 0, True, "missing"])
def test_an_id_token_without_an_end_that_is_to_come_lets_nobody_in(
    provider: Bad, person: Person, caplog: pytest.LogCaptureFixture, end: Any
) -> None:
    """OpenID Connect Core 1.0, 3.1.3.7 (9): allauth's reader takes a token that has none."""
    token = {"sub": "1", "iss": provider.url, "aud": "permits", "jti": "j", "exp": end}
    if end == "missing":
        del token["exp"]
    answer = provider.right

    def ending(path: str) -> dict[str, Any]:
        claims = token | {"nonce": provider.nonce}
        found = answer(path)
        return found | ({"id_token": _unchecked(claims)} if path == TOKEN else {})

    provider.right = ending  # type: ignore[method-assign]
    assert come_in(provider).status_code in (401, 403)
    assert not SocialAccount.objects.exists()
    assert {one.levelname for one in caplog.records if one.name.startswith("roles.")} <= {"WARNING"}


def _unchecked(claims: dict[str, Any]) -> str:
    """A token of any claims: a writer of tokens insists on their types."""
    parts = ({"alg": "HS256", "typ": "JWT"}, claims)
    return ".".join(urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in parts) + ".c2ln"


@pytest.mark.parametrize("sub", ["", ["1"], "x" * 192, "a\x00b", None])
def test_a_subject_that_cannot_be_kept_fails_the_log_in(provider: Bad, person: Person, sub: Any) -> None:
    provider.claims = {"sub": sub}
    assert come_in(provider).status_code == 401


@pytest.mark.parametrize("name", ["\x00zhang", "zhang\x00", "zh\u0131ang", "x" * 5000, 7, ["zhang"], {"a": 1}])
def test_a_name_that_is_nobodys_is_refused(provider: Bad, person: Person, name: Any) -> None:
    provider.claims = {"preferred_username": name}
    assert come_in(provider).status_code in (401, 403)
    assert SecurityEvent.objects.filter(what=What.LOGIN_FAILED).count() == 1


def test_the_secret_follows_no_redirect(provider: Bad, person: Person) -> None:
    provider.wrong[TOKEN] = say("{}", 307, Location=f"{provider.url}/thief")
    assert come_in(provider).status_code == 401
    assert "/thief" not in provider.asked


def test_in_production_what_the_provider_names_is_asked_by_https_alone(
    provider: Bad, person: Person, settings: Any
) -> None:
    settings.LOCAL = False
    assert come_in(provider).status_code == 401
    assert provider.asked == []


def test_callbacks_nobody_asked_for_are_fifty_lines_and_lock_nobody_out(provider: Bad, person: Person) -> None:
    """Any page elsewhere can have the browser of one clerk send them: the whole agency has that address."""
    callback = reverse("openid_connect_callback", args=["oidc"])
    for number in range(60):
        desk = Client(REMOTE_ADDR=f"2001:db8::{number}")
        assert desk.get(callback, {"code": "c", "state": "s"}).status_code == 401
    strays = lines(What.LOGIN_FAILED)
    assert len(strays) == 50
    assert strays[0].details == {"from": "2001:db8::/64", "why": "oidc_refused"}
    assert enter(password="wrong", at="2001:db8::1").status_code == 200
    assert len(lines(What.LOGIN_FAILED)) == 51
    assert lines(What.LOCKED) == []
    assert enter(at="2001:db8::1").status_code == 302
    assert Client(REMOTE_ADDR="2001:db8:0:1::1").get(callback, {"code": "c", "state": "s"}).status_code == 401
    assert len(lines(What.LOGIN_FAILED)) == 52


def test_a_provider_that_is_down_for_a_whole_agency_leaves_it_the_password(provider: Bad, person: Person) -> None:
    provider.wrong[DISCOVERY] = say("{}", 503)
    for _press in range(51):
        assert come_in(provider).status_code == 401
    assert enter().status_code == 302


def test_a_defect_of_ours_in_the_log_in_is_an_error_of_the_log(
    provider: Bad, person: Person, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_given: Any) -> None:
        raise AttributeError("ours")

    provider.wrong[TOKEN] = say("{}", 503)
    come_in(provider)
    assert {one.levelname for one in caplog.records if one.name == "roles.oidc"} <= {"WARNING"}
    provider.wrong.clear()
    monkeypatch.setattr("roles.oidc.tie", broken)
    assert come_in(provider).status_code == 401
    (told,) = [one for one in caplog.records if one.levelname == "ERROR" and one.name == "roles.oidc"]
    assert told.exc_info
    assert lines(What.LOGIN_FAILED)[0].details["why"] == "oidc_program"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_identities_that_claim_one_name_at_one_instant_one_is_tied(
    provider: Bad, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    both, ask, answers = threading.Barrier(2, timeout=1), identities.another, []

    def once_both_have_asked(*given: Any) -> bool:
        found = ask(*given)
        with suppress(threading.BrokenBarrierError):
            both.wait()
        return found

    def come(desk: Client, state: str) -> None:
        answers.append(desk.get(reverse("openid_connect_callback", args=["oidc"]), {"code": "c", "state": state}))
        connection.close()

    monkeypatch.setattr(identities, "another", once_both_have_asked)
    subjects = iter(("1", "2"))
    monkeypatch.setattr(ours.StrictProvider, "extract_uid", lambda *_given: next(subjects))
    monkeypatch.setattr("roles.oidc.flaw", lambda *_given: "")  # one nonce for both
    desks = [Client(), Client()]
    states = [parse_qs(urlsplit(begin(desk)["Location"]).query)["state"][0] for desk in desks]
    threads = [threading.Thread(target=come, args=pair) for pair in zip(desks, states, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [302, 403]
    assert SocialAccount.objects.count() == 1


def test_one_identity_that_comes_in_twice_at_one_instant_is_tied_once(
    provider: Bad, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    tied = identities.tie

    def after_the_other_window(request: Any, login: Any, whom: Person) -> bool:
        monkeypatch.undo()
        assert come_in(provider).status_code == 302
        return tied(request, login, whom)

    monkeypatch.setattr("roles.oidc.tie", after_the_other_window)
    assert come_in(provider).status_code == 302
    assert SocialAccount.objects.count() == 1


@pytest.mark.parametrize("name", ["\u017fystem", "sy\u017ftem", "SYSTEM"])
def test_a_name_that_only_looks_alike_is_nobodys(provider: Bad, name: str) -> None:
    person = make_person("system", "系统管理员")
    provider.claims = {"preferred_username": name}
    assert (come_in(provider).status_code == 302) == (name == "SYSTEM")
    assert SocialAccount.objects.filter(user=person).exists() == (name == "SYSTEM")


def test_a_second_identity_that_claims_the_same_name_is_refused(provider: Bad, person: Person) -> None:
    assert come_in(provider).status_code == 302
    provider.claims = {"sub": "2"}  # at the provider the name was given to somebody else
    assert come_in(provider).status_code == 403
    assert SecurityEvent.objects.get(what=What.LOGIN_FAILED).details == {"another": "zhang"}
    provider.claims = {}
    assert come_in(provider).status_code == 302
    security = make_person("security-admin", "安全管理员")
    make_administrator(security, "security")
    remove, desk = reverse("person-factors", args=[person.pk]), log_in(security)
    ended = desk.post(remove, {"ground": "统一认证账号已换人"}, follow=True)
    assert "统一身份认证绑定已移除" in ended.content.decode()
    assert "也没有统一身份认证绑定" in desk.post(remove, {"ground": "再移除一次"}).content.decode()
    by_hand = SocialAccount.objects.create(user=person, provider="oidc", uid="1")  # back past the program: named
    assert len(list(identities.differences())) == 1
    by_hand.delete()
    provider.claims = {"sub": "2"}
    assert come_in(provider).status_code == 302
    assert list(identities.differences()) == []


def test_who_has_neither_password_nor_factor_confirms_by_the_provider(provider: Bad, person: Person) -> None:
    person.set_unusable_password()
    person.save()
    desk, add = Client(), reverse("mfa_add_webauthn")
    come_in(provider, desk)
    assert desk.get(add).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        for way in (desk.get, desk.post):
            sent = way(add)
            assert (sent.status_code, sent.url.partition("?")[0]) == (
                302,
                reverse("openid_connect_login", args=["oidc"]),
            )
        come_in(provider, desk)
        assert desk.get(add).status_code == 200


def test_a_new_provider_ties_its_own_identities(provider: Bad, person: Person) -> None:
    old = {"id_token": {"iss": "https://former.example.cn"}}
    SocialAccount.objects.create(user=person, provider="oidc", uid="of the former one", extra_data=old)
    assert come_in(provider).status_code == 302


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)",
                                "https:evil.example", "\thttps://evil.example"])  # fmt: skip
def test_no_log_in_leads_away_from_the_site(provider: Bad, person: Person, to: str) -> None:
    desk = Client()
    away = desk.get(reverse("openid_connect_login", args=["oidc"]), {"next": to})
    asked = parse_qs(urlsplit(away["Location"]).query)
    provider.nonce = asked["nonce"][0]
    back = desk.get(reverse("openid_connect_callback", args=["oidc"]), {"code": "c", "state": asked["state"][0]})
    assert back["Location"] == "/"
    by_form = {"username": "zhang", "password": "long enough to pass"}
    assert Client().post(reverse("login") + "?next=" + to, by_form | {"next": to})["Location"] == "/"
