"""Who may open and post to each address that enters people, posts, bodies and rights: one table, both methods.

Columns are the three administrators, the heads of two agencies, a unit's manager, an officer, a clerk, an auditor and a
stranger. A POST is sent whole, so that whoever may would really do it; each try is undone. Nobody else leaves a trace
but that of a refusal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.urls import reverse

from permits.models.states import S
from roles.accounts import make_administrator
from roles.appointments import appoint, deactivate, grant
from roles.models import Agency, Membership, Person, Post, SecurityEvent
from roles.models.security import Administration, What
from roles.security_log import note
from tests.cast import Cast, log_in, make_person, make_post
from tests.test_access_table import ADMINISTRATION

ROLES = ("system", "security", "audit", "head", "district_head", "manager", "acceptor", "clerk", "auditor", "stranger")
GROUND = {"ground": "任字〔2026〕1号"}
Row = tuple[str, tuple[int, ...], tuple[int, ...]]


@dataclass
class Scene:
    """The cast, the administrators, a manager of the farm, and what the addresses speak of."""

    people: dict[str, Person]
    district: Agency
    post: Post
    term: Membership
    grant: Any
    newcomer: Person
    closed: Person
    unit: int
    armed: Person
    lock: SecurityEvent


@pytest.fixture
def scene(cast: Cast) -> Scene:
    people = {name: getattr(cast, name) for name in ROLES[3:] if name != "manager"}
    for role in Administration.Role.values:
        people[role] = make_person(f"{role}-admin", f"{role}管理员")
        make_administrator(people[role], role)
    managing = make_post("managing", unit=cast.farm)
    grant(managing, cast.farm, manage=True)
    people["manager"] = make_person("manager", "场长", managing)
    term = Membership.objects.get(person=cast.acceptor)
    closed = make_person("closed", "离职者")
    deactivate(closed)
    armed = make_person("armed", "双因素")
    Authenticator.objects.create(user=armed, type="totp", data={})
    return Scene(
        people, Agency.objects.get(slug="bj-miyun-forestry"), term.post, term, term.post.group.mandategrant_set.first(),
        make_person("newcomer", "新来者"), closed, cast.farm.pk, armed, note(What.LOCKED, by=None, told={"login": "x"}),
    )  # fmt: skip


# fmt: off
#                          system security audit | head district_head manager acceptor clerk auditor stranger
ANYONE_WHO_ENTERS =        (200, 403, 403,         200, 200, 200,             403, 403, 403, 403)
ADMINISTRATORS =           (200, 200, 200,         403, 403, 403,             403, 403, 403, 403)
SYSTEM =                   (200, 403, 403,         403, 403, 403,             403, 403, 403, 403)
SECURITY =                 (403, 200, 403,         403, 403, 403,             403, 403, 403, 403)
AUDIT =                    (403, 403, 200,         403, 403, 403,             403, 403, 403, 403)
ITS_HEAD_TOO =             (200, 200, 200,         404, 200, 404,             404, 404, 404, 404)
ITS_MANAGER_TOO =          (200, 200, 200,         404, 404, 200,             404, 404, 404, 404)
ITS_HEAD =                 (403, 403, 403,         404, 200, 404,             404, 404, 404, 404)
SECURITY_HERE =            (403, 200, 403,         404, 403, 404,             404, 404, 404, 404)
ONLY_SYSTEM_HERE =         (200, 403, 403,         404, 403, 404,             404, 404, 404, 404)
KEEPS =                    (200, 403, 403,         404, 200, 404,             404, 404, 404, 404)
NOBODY_POSTS =             (405,) * 10


def done(row: tuple[int, ...]) -> tuple[int, ...]:
    """The same people, led on after what they did."""
    return tuple(302 if code == 200 else code for code in row)


TABLE: dict[str, Row] = {
    "account-list":         ("", ADMINISTRATORS, NOBODY_POSTS),
    "agency-list":          ("", ADMINISTRATORS, NOBODY_POSTS),
    "unit-list":            ("", ADMINISTRATORS, NOBODY_POSTS),
    "security-log":         ("", AUDIT, NOBODY_POSTS),
    "person":               ("acceptor", ITS_HEAD_TOO, NOBODY_POSTS),
    "post":                 ("post", ITS_HEAD_TOO, NOBODY_POSTS),
    "person-new":           ("", ANYONE_WHO_ENTERS, (302, 403, 403, 422, 422, 422, 403, 403, 403, 403)),
    "person-change":        ("acceptor", KEEPS, done(KEEPS)),
    "person-close":         ("acceptor", KEEPS, done(KEEPS)),
    "person-reopen":        ("closed", (200, 403, 403, 404, 404, 404, 404, 404, 404, 404),
                                       (302, 403, 403, 404, 404, 404, 404, 404, 404, 404)),
    "person-invite":        ("acceptor", NOBODY_POSTS, done(KEEPS)),
    "person-factors":       ("armed", (403, 200, 403, 404, 404, 404, 404, 404, 404, 404),
                                      (403, 302, 403, 404, 404, 404, 404, 404, 404, 404)),
    "person-sessions":      ("acceptor", NOBODY_POSTS, (403, 302, 403, 404, 403, 404, 404, 404, 404, 404)),
    "lock-list":            ("", SECURITY, NOBODY_POSTS),
    "lock-lift":            ("lock", NOBODY_POSTS, done(SECURITY)),
    "person-administrator": ("newcomer", (403, 200, 403, 404, 404, 404, 404, 404, 404, 404),
                                         (403, 302, 403, 404, 404, 404, 404, 404, 404, 404)),
    "agency":               ("district", ITS_HEAD_TOO, (302, 403, 403, 404, 302, 404, 404, 404, 404, 404)),
    "agency-change":        ("district", SYSTEM, done(SYSTEM)),
    "agency-promises":      ("district", (403, 403, 403, 403, 200, 403, 403, 403, 403, 403),
                                         (403, 403, 403, 403, 302, 403, 403, 403, 403, 403)),
    "unit-new":             ("", SYSTEM, done(SYSTEM)),
    "unit":                 ("unit", ITS_MANAGER_TOO, (302, 403, 403, 404, 404, 302, 404, 404, 404, 404)),
    "unit-change":          ("unit", SYSTEM, done(SYSTEM)),
    "post-appoint":         ("post", ITS_HEAD, done(ITS_HEAD)),
    "term-end":             ("term", ITS_HEAD, done(ITS_HEAD)),
    "post-grant":           ("post", SECURITY_HERE, done(SECURITY_HERE)),
    "grant-end":            ("grant", SECURITY_HERE, done(SECURITY_HERE)),
}
# fmt: on
UNIT = {"name": "新林场", "kind": "village", "jurisdiction": "110118"}
SAID: dict[str, dict[str, Any]] = {
    "person-new": {"name": "新人", "login": "xinren"},
    "person-change": {"name": "新名", "language": "zh-hans"},
    "person-close": {"reason": "调离"},
    "person-reopen": GROUND,
    "person-factors": GROUND,
    "person-administrator": GROUND | {"role": "audit"},
    "agency": {"name": "法规岗"},
    "agency-change": {"phone": "010-1"},
    "agency-promises": {"kind": "tending", "period": "decide", "working_days": 10, "source": "示例"},
    "unit-new": UNIT,
    "unit": {"name": "护林岗"},
    "unit-change": UNIT,
    "post-appoint": GROUND | {"person": "newcomer", "since": "2026-11-20"},
    "term-end": GROUND,
    "post-grant": GROUND | {"right": "head", "since": "2026-11-20"},
    "grant-end": GROUND,
}


def address(name: str, about: str, scene: Scene) -> str:
    arguments: dict[str, list[Any]] = {
        "": [], "acceptor": [scene.people["acceptor"].pk], "post": [scene.post.pk], "closed": [scene.closed.pk],
        "newcomer": [scene.newcomer.pk], "district": [scene.district.slug], "unit": [scene.unit],
        "armed": [scene.armed.pk], "lock": [scene.lock.pk], "term": [scene.term.pk],
        "grant": ["mandate", scene.grant.pk],
    }  # fmt: skip
    return reverse(name, args=arguments[about])


def test_every_address_of_the_administration_has_a_row() -> None:
    assert TABLE.keys() == ADMINISTRATION


@pytest.mark.parametrize("name", TABLE)
def test_who_opens_and_who_posts(scene: Scene, name: str) -> None:
    about, opened, posted = TABLE[name]
    place = address(name, about, scene)
    got, did = [], []
    for role in ROLES:
        desk = log_in(scene.people[role])
        got.append(desk.get(place).status_code)
        last = SecurityEvent.objects.latest("pk").pk
        with transaction.atomic():
            code = desk.post(place, SAID.get(name, {})).status_code
            did.append(code)
            traces = list(SecurityEvent.objects.filter(pk__gt=last).values_list("what", flat=True))
            transaction.set_rollback(True)
        if code == 302:
            assert traces
            assert What.REFUSED not in traces
        else:
            assert traces == [What.REFUSED] * (code == 403), f"{role}: {code}"
    assert tuple(got) == opened
    assert tuple(did) == posted


def test_there_is_no_way_around(cast: Cast) -> None:
    """A superuser is nobody: no table of a package can be edited in a browser, no mandate comes with the mark."""
    root = Person.objects.create_superuser("root", name="超级用户", password="long enough to pass")
    desk = log_in(root)
    assert desk.get("/admin/").status_code == 404
    case = cast.case_at(S.SUBMITTED)
    answers = {name: desk.get(reverse(name, args=[case.pk])).status_code for name in ("case", "case-record", "draft")}
    assert set(answers.values()) == {404}
    assert {desk.get(reverse(name)).status_code for name in ("account-list", "unit-new", "security-log")} == {403}


def test_a_visitor_is_sent_to_log_in(scene: Scene, client: Any) -> None:
    for name, (about, _opened, _posted) in TABLE.items():
        place = address(name, about, scene)
        for answer in (client.get(place), client.post(place, SAID.get(name, {}))):
            assert answer.status_code == 302, name
            assert answer["Location"].startswith("/login/"), name


def test_a_person_entered_by_the_head_is_in_the_post_at_once(scene: Scene) -> None:
    desk = log_in(scene.people["district_head"])
    said = SAID["person-new"] | GROUND | {"post": scene.post.pk}
    made = desk.post(reverse("person-new"), said)
    person = Person.objects.get(username="xinren")
    assert made.url == reverse("person", args=[person.pk])
    assert not person.has_usable_password()
    assert Membership.objects.get(person=person).post == scene.post
    refused = desk.post(reverse("person-new"), said)
    assert refused.status_code == 422
    assert "login" in refused.context["form"].errors


def test_a_person_whose_appointment_is_refused_is_not_entered(scene: Scene) -> None:
    foreign = Membership.objects.get(person=scene.people["auditor"]).post
    said = SAID["person-new"] | GROUND | {"post": foreign.pk}
    assert log_in(scene.people["district_head"]).post(reverse("person-new"), said).status_code == 422
    assert not Person.objects.filter(username="xinren").exists()


def test_what_was_typed_wrong_is_told_at_its_field_and_kept(scene: Scene) -> None:
    desk = log_in(scene.people["district_head"])
    said = {"person": "nobody-there", "since": "2026-12-01", "until": "2026-11-01", "ground": "任字1号"}
    page = desk.post(reverse("post-appoint", args=[scene.post.pk]), said)
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["person"])
    page = desk.post(reverse("post-appoint", args=[scene.post.pk]), said | {"person": "newcomer"})
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["until"])
    assert "任字1号" in page.content.decode()


def test_the_log_is_filtered_and_taken_away_as_a_table(scene: Scene) -> None:
    appoint(scene.newcomer, scene.post, by=scene.people["district_head"], ground="=1+1")
    desk = log_in(scene.people["audit"])
    shown = desk.get(reverse("security-log"), {"what": What.APPOINTED, "q": "newcomer"})
    assert [line.person for line in shown.context["page"]] == [scene.newcomer]
    taken = desk.get(reverse("security-log"), {"what": "appointed", "q": "新来者", "format": "csv"}).content.decode()
    assert len(taken.splitlines()) == 2
    assert "'=1+1" in taken
    assert desk.get(reverse("security-log"), {"what": "nonsense", "since": "x", "page": "-1"}).status_code == 200


def test_logging_in_and_out_and_failing_to_are_lines(scene: Scene, client: Any) -> None:
    for password in ("wrong", "long enough to pass"):
        client.post(reverse("login"), {"username": "newcomer", "password": password}, REMOTE_ADDR="192.0.2.7")
    client.post(reverse("logout"))
    lines = SecurityEvent.objects.filter(person=scene.newcomer, what__in=("login_failed", "logged_in", "logged_out"))
    told = lines.order_by("pk").values_list("what", "by", "address")
    assert list(told) == [
        ("login_failed", None, "192.0.2.7"),
        ("logged_in", scene.newcomer.pk, "192.0.2.7"),
        ("logged_out", scene.newcomer.pk, "127.0.0.1"),
    ]


def test_an_administrators_bar_leads_to_the_administration_only(scene: Scene) -> None:
    for role, first in (("system", "account-list"), ("security", "lock-list"), ("audit", "security-log")):
        desk = log_in(scene.people[role])
        assert desk.get("/").url == reverse("account-list")
        assert desk.get(reverse("account-list")).context["places"][0].url == reverse(first)
