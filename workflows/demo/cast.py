"""Who plays in the demonstration: people named by their role, in posts with the grants the role matrix gives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from django.utils.text import slugify
from msgspec import Struct

from permits.clocks.promises import promise
from permits.kinds import kinds
from roles.accounts import make_administrator, open_account
from roles.appointments import appoint, grant, make_post
from roles.authority import administers
from roles.bodies import enter_unit
from roles.kept_passwords import give_password
from roles.models import Administration, Agency, Jurisdiction, Mandate, OperatingUnit, Person, Post
from roles.models.bodies import Level
from roles.models.mandates import Duty
from roles.models.official import Datum
from roles.official_data import enter_official_datum

PASSWORD = "linye-2026"  # noqa: S105 - of example accounts, printed on the screen
SINCE = date(2020, 1, 1)
EXAMPLE = "示例，非公布数据"
PHONES = {"11": "010-00000000", "12": "022-00000000"}
"""By the first digits of a place: Beijing, Tianjin."""


class Role(Struct, frozen=True):
    """An officer's post: whose agency, which duties; `head` also reassigns and extends."""

    login: str
    person: str
    post: str
    post_en: str
    agency: str
    duties: tuple[str, ...] = ()
    head: bool = False


class Clerk(Struct, frozen=True):
    """Someone who applies for a unit."""

    login: str
    person: str
    unit: str
    unit_en: str
    kind: str
    seat: str


CLERKS = (
    Clerk(
        "farm",
        "林场经办员",
        "密云区云岭林场（示例）",
        "Yunling Forest Farm, Miyun (example)",
        "district_state_farm",
        "110118",
    ),
    Clerk(
        "village",
        "村集体经办员",
        "密云区石塘村股份经济合作社（示例）",
        "Shitang Village Cooperative (example)",
        "village",
        "110118",
    ),
    Clerk(
        "company",
        "企业经办员",
        "京北交通建设有限公司（示例）",
        "Jingbei Transport Construction Co. (example)",
        "company",
        "110118",
    ),
    Clerk(
        "cityfarm",
        "市属林场经办员",
        "市属松谷林场（示例）",
        "Songgu Municipal Forest Farm (example)",
        "municipal_state_farm",
        "110116",
    ),
    Clerk(
        "zoo",
        "引种单位经办员",
        "密云野生动物繁育中心（示例）",
        "Miyun Wildlife Breeding Centre (example)",
        "public_body",
        "110118",
    ),
    Clerk(
        "jizhoufarm",
        "蓟州林场经办员",
        "蓟州区国营林场（示例）",
        "Jizhou State Forest Farm (example)",
        "district_state_farm",
        "120119",
    ),
)
ROLES = (
    Role("miyun-accept", "密云受理岗", "受理岗", "Acceptance", "bj-miyun-forestry", (Duty.ACCEPT,)),
    Role("miyun-review", "密云初审岗甲", "初审岗甲", "First review A", "bj-miyun-forestry", (Duty.FIRST_REVIEW,)),
    Role("miyun-review2", "密云初审岗乙", "初审岗乙", "First review B", "bj-miyun-forestry", (Duty.FIRST_REVIEW,)),
    Role("miyun-final", "密云审查岗", "审查岗", "Final review", "bj-miyun-forestry", (Duty.FINAL_REVIEW,)),
    Role("miyun-decide", "密云审批岗", "审批岗", "Decision", "bj-miyun-forestry", (Duty.DECIDE,)),
    Role("miyun-watch", "密云监督检查岗甲", "监督检查岗甲", "Supervision A", "bj-miyun-forestry", (Duty.SUPERVISE,)),
    Role("miyun-watch2", "密云监督检查岗乙", "监督检查岗乙", "Supervision B", "bj-miyun-forestry", (Duty.SUPERVISE,)),
    Role("city-watch", "市局监督检查岗", "监督检查岗", "Supervision", "bj-forestry", (Duty.SUPERVISE,)),
    Role("miyun-head", "密云局领导", "局领导", "Head", "bj-miyun-forestry", head=True),
    Role("huairou-accept", "怀柔受理岗", "受理岗", "Acceptance", "bj-huairou-forestry", (Duty.ACCEPT,)),
    Role("huairou-review", "怀柔初审岗", "初审岗", "First review", "bj-huairou-forestry", (Duty.FIRST_REVIEW,)),
    Role("city-accept", "市局受理岗", "受理岗", "Acceptance", "bj-forestry", (Duty.ACCEPT,)),
    Role("city-first", "市局初审岗", "初审岗", "First review", "bj-forestry", (Duty.FIRST_REVIEW,)),
    Role("city-review", "市局审查岗甲", "审查岗甲", "Final review A", "bj-forestry", (Duty.FINAL_REVIEW,)),
    Role("city-review2", "市局审查岗乙", "审查岗乙", "Final review B", "bj-forestry", (Duty.FINAL_REVIEW,)),
    Role("city-decide", "市局审批岗", "审批岗", "Decision", "bj-forestry", (Duty.DECIDE,)),
    Role("city-head", "市局领导", "局领导", "Head", "bj-forestry", head=True),
    Role("city-clerk", "市局综合岗", "综合岗", "General office", "bj-forestry"),
    Role("planning", "规自会商岗", "会商岗", "Consultation", "bj-planning", (Duty.ADVISE,)),
    Role("miyun-gov", "密云区政府会商岗", "会商岗", "Consultation", "bj-miyun-gov", (Duty.ADVISE,)),
    Role("huairou-gov", "怀柔区政府会商岗", "会商岗", "Consultation", "bj-huairou-gov", (Duty.ADVISE,)),
    Role("reform", "发改会商岗", "会商岗", "Consultation", "bj-reform", (Duty.ADVISE,)),
    Role("ecology", "生态环境会商岗", "会商岗", "Consultation", "bj-ecology", (Duty.ADVISE,)),
    Role("finance", "财政会商岗", "会商岗", "Consultation", "bj-finance", (Duty.ADVISE,)),
    Role("agriculture", "农业农村岗", "审批与会商岗", "Decision and consultation", "bj-agriculture", (Duty.ADVISE,
        Duty.DECIDE)),
    Role("water", "水务会商岗", "会商岗", "Consultation", "bj-water", (Duty.ADVISE,)),
    Role("audit", "市审计员", "审计岗", "Audit", "bj-audit", (Duty.AUDIT,)),
    Role("jizhou-accept", "蓟州受理岗", "受理岗", "Acceptance", "tj-jizhou-forestry", (Duty.ACCEPT,)),
    Role("jizhou-first", "蓟州初审岗", "初审岗", "First review", "tj-jizhou-forestry", (Duty.FIRST_REVIEW,)),
    Role("jizhou-review", "蓟州审查岗", "审查岗", "Final review", "tj-jizhou-forestry", (Duty.FINAL_REVIEW,)),
    Role("jizhou-decide", "蓟州审批岗", "审批岗", "Decision", "tj-jizhou-forestry", (Duty.DECIDE,)),
    Role("jizhou-watch", "蓟州监督检查岗甲", "监督检查岗甲", "Supervision A", "tj-jizhou-forestry", (Duty.SUPERVISE,)),
    Role("jizhou-watch2", "蓟州监督检查岗乙", "监督检查岗乙", "Supervision B", "tj-jizhou-forestry", (Duty.SUPERVISE,)),
    Role("jizhou-head", "蓟州局领导", "局领导", "Head", "tj-jizhou-forestry", head=True),
    Role("jizhou-service", "蓟州政务服务岗", "审批与会商岗", "Decision and consultation", "tj-jizhou-service", (
        Duty.ADVISE, Duty.DECIDE)),
    Role("jizhou-reform", "蓟州发改会商岗", "会商岗", "Consultation", "tj-jizhou-reform", (Duty.ADVISE,)),
    Role("jizhou-culture", "蓟州文旅会商岗", "会商岗", "Consultation", "tj-jizhou-culture", (Duty.ADVISE,)),
    Role("jizhou-planning", "蓟州规资会商岗", "会商岗", "Consultation", "tj-jizhou-planning", (Duty.ADVISE,)),
    Role("tianjin-accept", "天津市局受理岗", "受理岗", "Acceptance", "tj-planning", (Duty.ACCEPT,)),
    Role("tianjin-first", "天津市局初审岗", "初审岗", "First review", "tj-planning", (Duty.FIRST_REVIEW,)),
    Role("tianjin-review", "天津市局审查岗", "审查岗", "Final review", "tj-planning", (Duty.FINAL_REVIEW,)),
    Role("tianjin-decide", "天津市局审批岗", "审批岗", "Decision", "tj-planning", (Duty.DECIDE, Duty.OVERSEE)),
    Role("jizhou-audit", "蓟州审计员", "审计岗", "Audit", "tj-jizhou-audit", (Duty.AUDIT,)),
)  # fmt: skip

ADMINISTRATORS = (
    ("system-admin", "系统管理员", Administration.Role.SYSTEM),
    ("security-admin", "安全管理员", Administration.Role.SECURITY),
    ("audit-admin", "审计管理员", Administration.Role.AUDIT),
)


def enter() -> dict[str, Person]:
    """Make everybody who is not there yet; all people by login."""
    people = {clerk.login: _clerk(clerk) for clerk in CLERKS}
    people |= {_managing(clerk): _manager(clerk) for clerk in CLERKS}
    people |= {role.login: _officer(role) for role in ROLES}
    people |= {login: _administrator(login, name, role) for login, name, role in ADMINISTRATORS}
    _promise()
    _official_data()
    return people


SHOWN = ("farm", "miyun-accept", "miyun-review", "city-review", "city-decide", "city-head", "audit")
"""Who is named on the log-in page of the demonstration: one for each thing to look at first."""


def logins() -> Iterator[tuple[str, str]]:
    """Who can log in, and who that is."""
    for clerk in CLERKS:
        yield clerk.login, f"{clerk.person}（{clerk.unit}）"
        yield _managing(clerk), f"单位管理人（{clerk.unit}）"
    names = dict(Agency.objects.values_list("slug", "name"))
    yield from ((role.login, f"{role.person}（{names[role.agency]}）") for role in ROLES)
    yield from ((login, name) for login, name, _role in ADMINISTRATORS)


def _promise() -> None:
    """A promised period 承诺时限 beside the statutory one. No source gives the bureau's own: it is an example."""
    bureau, kind = Agency.objects.get(slug="bj-forestry"), kinds()[0].code
    if not bureau.promised_periods.filter(kind=kind, period="decide").exists():
        promise(bureau, kind=kind, period="decide", working_days=15, source=EXAMPLE, by=None)


def _official_data() -> None:
    """What papers of the agencies say. The organ of reconsideration follows from the law; the rest is made up and says
    so. No codes: 京绿资发 was read in a source and is in the role matrix, the others stay open as they are in truth."""
    for slug in {role.agency for role in ROLES if not role.head}:
        agency = Agency.objects.select_related("jurisdiction__parent").get(slug=slug)
        if agency.official_data.exists() or not agency.jurisdiction:
            continue
        seat = agency.jurisdiction
        place = f"{seat.parent.name}{seat.name}" if seat.parent and seat.level == Level.DISTRICT else seat.name
        for datum, value, source in (
            (Datum.RECONSIDERATION, f"{place}人民政府", "行政复议法第二十四条，按隶属关系推定"),
            (Datum.COURT, f"{place}人民法院（示例）", EXAMPLE),
            (Datum.ADDRESS, f"{place}绿林街1号（示例）", EXAMPLE),
            (Datum.CONTACT, "政务服务科", EXAMPLE),
            (Datum.PHONE, PHONES[seat.pk[:2]], EXAMPLE),
        ):
            enter_official_datum(agency, datum, value, source=source, valid_from=SINCE)


def _person(login: str, name: str) -> Person:
    if person := Person.objects.filter(username=login).first():
        return person
    person = open_account(login, name, email=f"{login}@example.invalid")
    give_password(person, PASSWORD)
    return person


def _post(slug: str, name: str, name_en: str, body: Agency | OperatingUnit) -> tuple[Post, bool]:
    if post := Post.objects.filter(slug=slug).first():
        return post, False
    return make_post(body, name, name_en=name_en, slug=slug), True


def _clerk(clerk: Clerk) -> Person:
    seat = Jurisdiction.objects.get(pk=clerk.seat)
    unit = OperatingUnit.objects.filter(name=clerk.unit, jurisdiction=seat).first() or enter_unit(
        name=clerk.unit, jurisdiction=seat, name_en=clerk.unit_en, kind=clerk.kind, phone=PHONES[seat.pk[:2]]
    )
    person = _person(clerk.login, clerk.person)
    post, new = _post(f"{clerk.login}-clerk", "经办员", "Clerk", unit)
    if new:
        grant(post, unit, since=SINCE, ground="演示数据")
        appoint(person, post, since=SINCE)
    return person


def _managing(clerk: Clerk) -> str:
    return f"{clerk.login}-manager"


def _manager(clerk: Clerk) -> Person:
    """Who runs the clerk's unit: makes its posts and fills them, and applies for nothing."""
    unit = OperatingUnit.objects.get(name=clerk.unit, jurisdiction=clerk.seat)
    person = _person(_managing(clerk), "单位管理人")
    post, new = _post(_managing(clerk), "单位管理人", "Manager", unit)
    if new:
        grant(post, unit, since=SINCE, ground="演示数据", manage=True)
        appoint(person, post, since=SINCE)
    return person


def _administrator(login: str, name: str, role: str) -> Person:
    person = _person(login, name)
    if not administers(person):
        make_administrator(person, role, ground="演示数据")
    return person


def _officer(role: Role) -> Person:
    agency = Agency.objects.get(slug=role.agency)
    person = _person(role.login, role.person)
    post, new = _post(slugify(role.login), role.post, role.post_en, agency)
    if new:
        for target in _targets(role, agency):
            grant(post, target, since=SINCE, ground="演示数据")
        appoint(person, post, since=SINCE)
    return person


def _targets(role: Role, agency: Agency) -> Iterable[Mandate | Agency]:
    yield from Mandate.objects.filter(agency=agency, duty__in=role.duties, kind__in=[kind.code for kind in kinds()])
    if role.head:
        yield agency
