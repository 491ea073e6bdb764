"""Passkeys that do not answer this log-in, by an authenticator made for it: each is refused, with its line."""

from __future__ import annotations

import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from fido2.cose import ES256
from fido2.utils import sha256, websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from roles import factors
from roles.appointments import deactivate
from roles.models import Person
from roles.models.security import What
from tests.cast import make_person
from tests.config.entering import OLD, enter, lines

pytestmark = pytest.mark.django_db
HOST, ORIGIN = "testserver", "https://testserver"
FLAG = AuthenticatorData.FLAG
AJAX = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def as_in_production(settings: Any) -> None:
    cache.clear()
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False


class Key:
    """A security key. What it is told to say otherwise it says: origin, flags, whose it is."""

    def __init__(self, owner: Person) -> None:
        self.secret = ec.generate_private_key(ec.SECP256R1())
        self.id = f"key of {owner.pk}".encode()
        self.owner = owner
        self.count = 0

    def said(self, kind: str, challenge: str, origin: str) -> CollectedClientData:
        return CollectedClientData.create(type=kind, challenge=challenge, origin=origin)

    def made(self, challenge: str) -> dict[str, Any]:
        held = AttestedCredentialData.create(b"\0" * 16, self.id, ES256.from_cryptography_key(self.secret.public_key()))
        data = AuthenticatorData.create(sha256(HOST.encode()), FLAG.UP | FLAG.UV | FLAG.AT, 0, held)
        told = {
            "clientDataJSON": websafe_encode(self.said("webauthn.create", challenge, ORIGIN)),
            "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
        }
        extra = {"credProps": {"rk": True}}
        return {"id": websafe_encode(self.id), "rawId": websafe_encode(self.id), "type": "public-key",
                "response": told, "clientExtensionResults": extra}  # fmt: skip

    def answer(
        self, challenge: str, *, origin: str = ORIGIN, flags: int = FLAG.UP | FLAG.UV, host: str = HOST,
        handle: str | None = None, kind: str = "webauthn.get",
    ) -> dict[str, Any]:  # fmt: skip
        client = self.said(kind, challenge, origin)
        data = AuthenticatorData.create(sha256(host.encode()), flags, self.count)
        signature = self.secret.sign(data + client.hash, ec.ECDSA(hashes.SHA256()))
        told = {
            "clientDataJSON": websafe_encode(client), "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(signature),
            "userHandle": websafe_encode((handle if handle is not None else to_base36(self.owner)).encode()),
        }  # fmt: skip
        return {"id": websafe_encode(self.id), "rawId": websafe_encode(self.id), "type": "public-key",
                "response": told, "clientExtensionResults": {}}  # fmt: skip


def to_base36(person: Person) -> str:
    from allauth.account.utils import user_pk_to_url_str

    return str(user_pk_to_url_str(person))


def with_key(person: Person) -> Key:
    """A key that was added on the page, the password given again."""
    desk, key = enter(person.username).client, Key(person)
    address = reverse("mfa_add_webauthn")
    page = desk.post(desk.get(address).url, {"password": OLD}, follow=True)
    challenge = page.context["js_data"]["creation_options"]["publicKey"]["challenge"]
    said = {"name": "钥匙", "credential": json.dumps(key.made(challenge)), "passwordless": "on"}
    assert desk.post(address, said).status_code == 302
    return key


def asked(desk: Client) -> str:
    """The challenge of a log-in by passkey alone."""
    told = desk.get(reverse("mfa_login_webauthn"), headers=AJAX).json()
    return str(told["request_options"]["publicKey"]["challenge"])


def give(desk: Client, answer: Any, at: str = "mfa_login_webauthn") -> bool:
    """Whether the answer logs in."""
    sent = desk.post(reverse(at), {"credential": json.dumps(answer)})
    assert sent.status_code in (200, 302)
    return desk.get(reverse("profile")).status_code == 200


def test_a_passkey_opens_the_account_alone(person: Person) -> None:
    key, desk = with_key(person), Client()
    assert give(desk, key.answer(asked(desk)))
    assert lines(What.LOGIN_FAILED) == []


def test_another_origin_and_another_site_are_refused(person: Person) -> None:
    key, desk = with_key(person), Client()
    wrong: list[dict[str, Any]] = [
        {"origin": "https://evil.example"}, {"origin": "http://testserver"}, {"host": "evil.example"},
        {"kind": "webauthn.create"}, {"flags": FLAG.UP}, {"flags": FLAG.UV}, {"flags": 0},
    ]  # fmt: skip
    for one in wrong:
        assert not give(desk, key.answer(asked(desk), **one))
    told = lines(What.LOGIN_FAILED)
    assert len(told) == len(wrong)
    assert {line.details["factor"] for line in told} == {"webauthn"}
    assert told[0].address == "127.0.0.1"


def test_a_copy_of_a_key_is_told_by_its_counter(person: Person) -> None:
    """WebAuthn Level 2, 7.2 (21): what does not count on is refused, whoever of the two comes second."""
    key, counts = with_key(person), []
    before = list(factors.differences())  # the recovery codes have their line after a commit
    for key.count in (3, 4, 4, 3, 0, 5):
        cache.clear()  # how often one may ask
        desk = Client()
        counts.append((key.count, give(desk, key.answer(asked(desk)))))
    assert counts == [(3, True), (4, True), (4, False), (3, False), (0, False), (5, True)]
    told = lines(What.LOGIN_FAILED)
    assert [(one.person, one.details["why"]) for one in told] == [(person, "passkey_counter")] * 3
    assert list(factors.differences()) == before


def test_an_answer_is_taken_once_and_in_its_own_session(person: Person) -> None:
    key, desk, thief = with_key(person), Client(), Client()
    answer = key.answer(asked(desk))
    asked(thief)
    assert not give(thief, answer)
    assert give(desk, answer)
    desk.post(reverse("logout"))
    assert not give(desk, answer)
    assert not give(Client(), answer)


def test_a_key_opens_no_account_but_its_own(person: Person) -> None:
    li = make_person("li", "李四")
    with_key(person)
    key, desk = with_key(li), Client()
    assert not give(desk, key.answer(asked(desk), handle=to_base36(person)))
    key.id = f"key of {person.pk}".encode()  # another's credential, signed by the own key
    assert not give(desk, key.answer(asked(desk), handle=to_base36(person)))
    assert not give(desk, key.answer(asked(desk)))


def test_a_key_nobody_unlocked_is_no_log_in_by_itself_whatever_page_asked(person: Person) -> None:
    stolen = with_key(person)
    thief = make_person("thief", "贼")
    with_key(thief)
    desk = enter("thief").client
    page = desk.get(reverse("mfa_authenticate"))  # the page of the second factor asks for no finger
    challenge = page.context["js_data"]["request_options"]["publicKey"]["challenge"]
    desk.post(reverse("logout"))  # the log-in that waits is given up; the challenge stays in the session
    assert not give(desk, stolen.answer(challenge, flags=FLAG.UP))
    assert len(lines(What.LOGIN_FAILED)) == 1
    desk = enter(person.username).client  # with the password it is the second factor
    page = desk.get(reverse("mfa_authenticate"))
    challenge = page.context["js_data"]["request_options"]["publicKey"]["challenge"]
    assert give(desk, stolen.answer(challenge, flags=FLAG.UP), "mfa_authenticate")


def test_a_closed_account_stays_closed_and_a_removed_key_is_none(person: Person) -> None:
    key, desk = with_key(person), Client()
    held = list(Authenticator.objects.filter(user=person))
    Authenticator.objects.filter(user=person).delete()
    assert not give(desk, key.answer(asked(desk)))
    Authenticator.objects.bulk_create(held)
    deactivate(person)
    assert not give(desk, key.answer(asked(desk)))


NONSENSE: list[Any] = [
    None, 1, "a", [], {}, {"response": []}, {"response": {"userHandle": None}}, {"response": {"userHandle": "////"}},
]  # fmt: skip


@pytest.mark.parametrize("handle", ["", "0", "zzzzzzzzzzzzzzzzzzzz", "-1", "\x00", "林", "!"])
def test_whose_key_it_is_may_be_nonsense(person: Person, handle: str) -> None:
    key, desk = with_key(person), Client()
    assert not give(desk, key.answer(asked(desk), handle=handle))
    assert len(lines(What.LOGIN_FAILED)) == 1


def test_nonsense_is_refused_on_each_page(person: Person) -> None:
    key = with_key(person)
    whole = key.answer("AAAA")
    halves = [{**whole, "response": {**whole["response"], name: bad}}
              for name in whole["response"] for bad in (None, 1, [], "", "!", "AAAA", "林")]  # fmt: skip
    desk, stage, inside = Client(), enter(person.username).client, Client()
    assert give(inside, key.answer(asked(inside)))
    for one in (*NONSENSE, *halves, *({**whole, name: bad} for name in whole for bad in (None, 1, "!", {}))):
        cache.clear()  # allauth's own limit of requests
        asked(desk)
        assert not give(desk, one)
        stage.get(reverse("mfa_authenticate"))
        assert not give(stage, one, "mfa_authenticate")
        for name in ("mfa_reauthenticate_webauthn", "mfa_add_webauthn"):
            said = {"credential": json.dumps(one), "name": "x"}
            assert inside.post(reverse(name), said).status_code in (200, 302, 429)


def test_a_passkey_that_is_refused_is_not_called_a_wrong_code(person: Person) -> None:
    """At the second step nothing was told at all."""
    key, stage = with_key(person), enter(person.username).client
    stage.get(reverse("mfa_authenticate"))
    said = {"credential": json.dumps(key.answer("AAAA"))}
    page = stage.post(reverse("mfa_authenticate"), said).content.decode()
    assert "此通行密钥未通过验证" in page
    assert "码不正确" not in page


def test_wrong_keys_after_the_password_count_like_wrong_codes(person: Person) -> None:
    with_key(person)
    desk = enter().client
    for _time in range(10):
        desk.get(reverse("mfa_authenticate"))
        assert not give(desk, {"id": "x"}, "mfa_authenticate")
    assert enter().status_code == 429


def test_keys_alone_lock_nobody_out_and_fill_no_log(person: Person) -> None:
    with_key(person)
    desk = Client()
    for _time in range(60):
        cache.clear()  # allauth's own limit of requests
        desk.post(reverse("mfa_login_webauthn"), {"credential": "1"})
    assert len(lines(What.LOGIN_FAILED)) <= 50
    assert enter().url.startswith(reverse("mfa_authenticate"))


def test_nonsense_is_no_new_key(person: Person) -> None:
    desk, key, address = enter().client, Key(person), reverse("mfa_add_webauthn")
    page = desk.post(desk.get(address).url, {"password": OLD}, follow=True)
    whole = key.made(page.context["js_data"]["creation_options"]["publicKey"]["challenge"])
    halves = [{**whole, "response": {**whole["response"], name: bad}}
              for name in whole["response"] for bad in (None, 1, [], "", "!", "AAAA", "林")]  # fmt: skip
    for one in (*NONSENSE, *halves):
        assert desk.post(address, {"name": "x", "credential": json.dumps(one)}).status_code == 200
    assert not Authenticator.objects.filter(user=person).exists()
