"""Papers of a permit's life after approval: extension, change, the new paper, and the ends, each under its own name.

撤回 (许可法 8), 撤销 (69), 注销 (70) and 吊销 (a penalty) are told apart. A matter that is no 行政许可 is decided in
the same words without calling upon the licensing law. Every decision against the holder names the remedies.
"""

from __future__ import annotations

from datetime import date
from functools import reduce

from msgspec import Struct
from msgspec.structs import replace

from permits.clocks.calendar import Deadline
from permits.documents.content import Block, Certificate, Head, KeyValues, Letter, chinese_date
from permits.documents.forms.common import Issue, Matter, numbered, para, period, remedies, under

GROUNDS_8 = {"law_changed": "所依据的法律、法规、规章修改或者废止", "circumstances": "所依据的客观情况发生重大变化"}
GROUNDS_69 = {
    "abuse": ("系行政机关工作人员滥用职权、玩忽职守作出", "第六十九条第一款第一项"),
    "beyond_powers": ("系超越法定职权作出", "第六十九条第一款第二项"),
    "procedure": ("系违反法定程序作出", "第六十九条第一款第三项"),
    "unqualified": ("系对不具备申请资格或者不符合法定条件的申请人作出", "第六十九条第一款第四项"),
    "other": ("属于依法可以撤销的其他情形", "第六十九条第一款第五项"),
    "fraud": ("系以欺骗、贿赂等不正当手段取得", "第六十九条第二款"),
}
GROUNDS_70 = {
    "expired": ("有效期届满未延续", "第七十条第一项"),
    "person": ("被许可的公民死亡或者丧失行为能力", "第七十条第二项"),
    "dissolved": ("法人或者其他组织依法终止", "第七十条第三项"),
    "ended": ("已经依法被撤销、撤回或者吊销", "第七十条第四项"),
    "impossible": ("不可抗力导致许可事项无法实施", "第七十条第五项"),
    "other": ("属于法律、法规规定应当注销的其他情形", "第七十条第六项"),
}
USED = {"none": "尚未实施", "part": "已经部分实施", "all": "已经实施完毕"}
"""What of the permitted was done, as its holder says who asks for it to be cancelled."""
ANEW = ("延续", "变更", "补发")
"""Why a new paper is carried, as it says behind its title."""
CHANGED = {
    "holder_name": "持有人名称", "representative": "法定代表人或者负责人", "contact": "地址或者联系方式",
}  # fmt: skip


class Held(Struct, frozen=True, kw_only=True):
    """The permit as it stood before the act: the paper the holder carried, its number and day, who granted it, and the
    term."""

    title: str
    number: str
    granted_on: date
    valid_from: date
    valid_to: date | None
    conditions: tuple[str, ...] = ()
    granted_by: str = ""
    """The organ that granted it; empty: the one whose paper it is."""
    called_then: str = ""
    """What the organ whose paper it is was called when it granted it; empty: as it is today."""
    taken_over: bool = False
    """Whether the duty of the organ that granted it is by now that of the organ whose paper it is."""

    @property
    def named(self) -> str:
        """The permit, as letters refer to it."""
        return f"《{self.title}》（编号：{self.number}）"

    @property
    def term(self) -> str:
        """From and to; from when, where it has no last day."""
        return term_of(self.valid_from, self.valid_to)


def term_of(first: date, last: date | None) -> str:
    """A term, both days counted, or without a last day."""
    return period(first, last) if last else f"自{chinese_date(first)}起，法律未规定届满日"


def _has(issue: Issue, matter: Matter, held: Held, *, above: bool = False) -> str:
    """Who holds what since when, as every one of these papers begins, by whom it was granted; `above`: this organ
    stands above that one."""
    own = f"本机关（时称{held.called_then}）" if held.called_then not in ("", issue.agency) else "本机关"
    by = held.granted_by if held.granted_by not in ("", issue.agency) else own
    above_it = f"本机关是{by}的上级行政机关。" if above else ""
    if held.taken_over and not above and held.granted_by != issue.agency:
        above_it = f"{by}的该项职责现由本机关承担。"
    return f"{matter.you}持有{by}{chinese_date(held.granted_on)}批准的{held.named}，有效期为{held.term}。{above_it}"


def _name(matter: Matter) -> str:
    """What was granted, in titles."""
    return "行政许可" if matter.licence else "审批"


def _letter(issue: Issue, title: str, matter: Matter, *blocks: Block) -> Letter:
    return issue.letter(title=title, addressee=matter.applicant, blocks=blocks, head=Head.LETTER)


def extended(
    issue: Issue, matter: Matter, held: Held, *, until: date, asked_on: date, silent: bool = False,
    conditions: tuple[str, ...] = (), shorter: tuple[Block, ...] = (), before: str = "",
) -> Letter:  # fmt: skip
    """准予延续决定书; where no decision came before the end (`silent`) 视为准予延续, told in writing (许可法 50(2)).
    `shorter`: what of it was not granted, and why; then the remedies are told. `before`: what a remedy made of an
    earlier answer."""
    asked = f"{matter.you}于{chinese_date(asked_on)}提出延续申请。"
    law = under(matter, "第五十条第二款")
    how = "因本机关未在有效期届满前作出是否准予延续的决定，" + law + "视为准予延续，" if silent else (
        f"经审查，{law}决定准予延续，")  # fmt: skip
    title = "视为准予延续告知书" if silent else f"准予延续{matter.decision}书"
    return _letter(
        issue, title, matter,
        para(f"{_has(issue, matter, held)}{asked}{before}{how}有效期延续至{chinese_date(until)}。"),
        para("持有人应当在延续后的有效期内按照原批准的内容和条件实施。"),
        *((para(f"延续后，{matter.you}还应当遵守下列要求："), *numbered(conditions)) if conditions else ()),
        *shorter,
        *((remedies(issue, matter),) if shorter else ()),
    )  # fmt: skip


def not_so_long(matter: Matter, *, asked: date, granted: date, reasons: tuple[str, ...]) -> tuple[Block, ...]:
    """What of an extension was not granted is refused, with every reason (许可法 38(2))."""
    return (
        para(
            f"{matter.you}申请延续至{chinese_date(asked)}。对{chinese_date(granted)}以后的期间，"
            f"{under(matter, '第三十八条第二款')}决定不予延续。理由如下："
        ),
        *numbered(reasons),
    )


def not_extended(
    issue: Issue, matter: Matter, held: Held, *, asked_on: date, reasons: tuple[str, ...], before: str = ""
) -> Letter:
    """不予延续决定书, with every reason and the remedies; `before` as in `extended`."""
    return _letter(
        issue, f"不予延续{matter.decision}书", matter,
        para(
            f"{_has(issue, matter, held)}{matter.you}于{chinese_date(asked_on)}提出延续申请。{before}经审查，"
            f"{under(matter, '第五十条第二款和第三十八条第二款')}决定不予延续。理由如下："
        ),
        *numbered(reasons),
        para("有效期届满后不得继续实施。"),
        remedies(issue, matter),
    )  # fmt: skip


def changed(
    issue: Issue, matter: Matter, held: Held, *, asked_on: date, what: str, now: str, then: str = "", before: str = ""
) -> Letter:
    """准予变更决定书 (许可法 49); `then`: what it was, where that is on record, as of a name; `before` as in
    `extended`."""
    old = (("变更前内容", then),) if then else ()
    return _letter(
        issue, f"准予变更{matter.decision}书", matter,
        para(
            f"{_has(issue, matter, held)}{matter.you}于{chinese_date(asked_on)}申请变更{CHANGED[what]}。{before}"
            f"经审查，{under(matter, '第四十九条')}决定准予变更，变更如下："
        ),
        KeyValues(pairs=(("变更事项", CHANGED[what]), *old, ("变更后内容", now))),
        para("其他内容不变。换发的证件自签发之日起使用，原证件同时停止使用。"),
    )  # fmt: skip


def not_changed(
    issue: Issue,
    matter: Matter,
    held: Held,
    *,
    asked_on: date,
    what: str,
    reasons: tuple[str, ...],
    before: str = "",
) -> Letter:
    """不予变更决定书, with every reason and the remedies; `before` as in `extended`."""
    return _letter(
        issue, f"不予变更{matter.decision}书", matter,
        para(
            f"{_has(issue, matter, held)}{matter.you}于{chinese_date(asked_on)}申请变更{CHANGED[what]}。{before}"
            f"经审查，{under(matter, '第四十九条和第三十八条第二款')}决定不予变更。理由如下："
        ),
        *numbered(reasons),
        remedies(issue, matter),
    )  # fmt: skip


def withdrawn(
    issue: Issue, matter: Matter, held: Held, *, ground: str, reasons: str, interest: str, compensation: str, heard: str
) -> Letter:
    """撤回决定书 (许可法 8(2)): the ground, the public interest, how the holder was heard, and the compensation."""
    return _letter(
        issue, f"撤回{_name(matter)}决定书", matter,
        para(
            f"{_has(issue, matter, held)}现{GROUNDS_8[ground]}，为了公共利益的需要，{under(matter, '第八条第二款')}"
            "决定予以撤回。"
        ),
        para(reasons, lead="事实和理由："),
        para(interest, lead="公共利益："),
        para(heard, lead="陈述和申辩："),
        para(compensation, lead="补偿："),
        para("自本决定送达之日起，不得继续实施，并应当交回证件。"),
        remedies(issue, matter),
    )  # fmt: skip


def revoked(
    issue: Issue,
    matter: Matter,
    held: Held,
    *,
    ground: str,
    reasons: str,
    heard: str,
    compensation: str = "",
    above: bool = False,
) -> Letter:
    """撤销决定书 (许可法 69): the ground by its item; who obtained it by fraud keeps no interest in it (69(4)).
    `above`: by the organ above the one that granted it."""
    told, article = GROUNDS_69[ground]
    gone = "基于该项批准取得的利益不受保护。" if ground == "fraud" else ""
    return _letter(
        issue, f"撤销{_name(matter)}决定书", matter,
        para(
            f"{_has(issue, matter, held, above=above)}经查，该项批准{told}，"
            f"{under(matter, article)}决定予以撤销。{gone}"
        ),
        para(reasons, lead="事实和理由："),
        para(heard, lead="陈述和申辩："),
        *((para(compensation, lead="赔偿："),) if compensation else ()),
        para("经审查，撤销不会对公共利益造成重大损害。自本决定送达之日起，不得继续实施，并应当交回证件。"),
        remedies(issue, matter),
    )  # fmt: skip


class HandedBack(Struct, frozen=True, kw_only=True):
    """That the holder asked for the permit to be cancelled: when, what was done under it by then (one of USED), and
    what a remedy made of an earlier answer."""

    asked_on: date
    used: str
    before: str = ""


def cancelled(
    issue: Issue, matter: Matter, held: Held, *, ground: str, reasons: str, asked: HandedBack | None = None,
    ended: str = "",
) -> Letter:  # fmt: skip
    """注销决定书 (许可法 70). `asked`: that the holder asked for it. Where that alone is the ground, no item of art 70
    is called upon, for none names it. `ended`: by whom, when and how it was ended before (70(4))."""
    why = _asked(matter, asked) + _why_cancelled(matter, ground, ended)
    stays = f"注销后，法律规定和批准的条件要求继续履行的义务，{matter.you}仍应当履行。" if asked else ""
    return _letter(
        issue, f"注销{_name(matter)}决定书", matter,
        para(f"{_has(issue, matter, held)}{why}决定办理注销手续。"),
        para(reasons, lead="事实和理由："),
        para(f"上述证件自本决定作出之日起注销，应当交回。{stays}"),
        remedies(issue, matter),
    )  # fmt: skip


def _asked(matter: Matter, asked: HandedBack | None) -> str:
    if asked is None:
        return ""
    when, done = chinese_date(asked.asked_on), USED[asked.used]
    return f"{matter.you}于{when}申请注销，说明批准的内容{done}。{asked.before}"


def _why_cancelled(matter: Matter, ground: str, ended: str) -> str:
    if ground == "asked":
        return f"经审查，依{matter.you}的申请，"
    told, article = GROUNDS_70[ground]
    told = ended or told
    return f"因{told}，{under(matter, article)}"


def not_cancelled(
    issue: Issue, matter: Matter, held: Held, *, asked_on: date, reasons: tuple[str, ...], before: str = ""
) -> Letter:
    """不予注销决定书, with every reason and the remedies; `before` as in `extended`."""
    return _letter(
        issue, f"不予注销{_name(matter)}决定书", matter,
        para(
            f"{_has(issue, matter, held)}{matter.you}于{chinese_date(asked_on)}申请注销。{before}经审查，决定不予注销。"
            "理由如下："
        ),
        *numbered(reasons),
        para("上述证件在有效期内继续有效。"),
        remedies(issue, matter),
    )  # fmt: skip


def forfeited(
    issue: Issue, matter: Matter, held: Held, *, organ: str, number: str, decided_on: date, reasons: str, heard: str
) -> Letter:
    """吊销告知书: the penalty is decided by its own paper, which is named; here its effect on the permit is told. Where
    another organ decided it, who reviews that and which court hears it is not known here."""
    own = issue if organ == issue.agency else replace(issue, reconsideration="", court="")
    return _letter(
        issue, "吊销证件告知书", matter,
        para(
            f"{_has(issue, matter, held)}{organ}于{chinese_date(decided_on)}作出行政处罚决定（{number}），"
            "决定吊销上述证件。现将该决定的效力告知如下："
        ),
        para("自该处罚决定送达之日起，上述证件失去效力，不得继续实施，并应当交回。"),
        para(reasons, lead="事实和理由："),
        para(heard, lead="陈述和申辩："),
        remedies(own, matter, "该处罚决定"),
    )  # fmt: skip


class Annulled(Struct, frozen=True, kw_only=True):
    """What took a decision away, or changed a refusal: `how` it is called, of which organ, number and day; `decision`
    the one of which nothing is left."""

    how: str
    organ: str
    number: str
    decided_on: date
    decision: str
    ordered: bool = False
    changed: bool = False

    @property
    def did(self) -> str:
        """What it did to the decision."""
        return "变更" if self.changed else "撤销"

    @property
    def told(self) -> str:
        """That it took away what this organ had decided before."""
        order = "，并责令重新作出决定" if self.ordered else ""
        return (
            f"本机关此前作出{self.decision}。{self.organ}于{chinese_date(self.decided_on)}以{self.number}{self.how}"
            f"{self.did}了该决定{order}。"
        )


def reopened(
    issue: Issue, matter: Matter, *, annulled: Annulled, same_barred: bool, until: Deadline | None = None,
    note: str = "",
) -> Letter:  # fmt: skip
    """重新办理告知书: the application is undecided again; by when it is decided, and what binds the organ
    (行政复议法 64, 行政诉讼法 70 and 71). `until` None: no period of this organ runs now."""
    same = "不以同一事实和理由作出与原决定相同或者基本相同的决定。" if same_barred else ""
    may_move = "（当年放假安排公布后该日期可能变动）" if until and until.provisional else ""
    when = f"本机关将于{chinese_date(until.date)}前（含当日）作出决定{may_move}。" if until else ""
    return _letter(
        issue, "重新办理告知书", matter,
        para(
            f"{matter.you}于{chinese_date(matter.received_on)}提出的{matter.application}，{annulled.told}"
            "本机关现依法重新办理该申请。"
        ),
        para(f"重新办理时，本机关受上述{annulled.how}拘束。{same}{when}"),
        *((para(note, lead="办理说明："),) if note else ()),
        para(f"被{annulled.did}的决定及其文书不再有效。已经提交的申请材料继续使用，{matter.you}不必重复提交，可以补充新的材料和意见。"),
        para("特此告知。"),
    )  # fmt: skip


def new_paper(
    issue: Issue, matter: Matter, held: Held, *, why: str, facts: tuple[tuple[str, str], ...], valid_to: date | None,
    holder: str = "",
) -> Certificate:  # fmt: skip
    """The paper that takes the place of the one carried so far; `why` is one of ANEW."""
    title = reduce(str.removesuffix, (f"（{one}）" for one in ANEW), held.title)  # brackets of its own stay in a name
    return Certificate(
        agency=issue.agency,
        number=issue.number,
        title=f"{title}（{why}）",
        holder=holder or matter.applicant,
        statement=f"本证因{why}签发，代替{held.named}。原证自本证签发之日起停止使用。",
        facts=KeyValues(pairs=facts, per_row=2),
        conditions=(
            "本证与原批准文件及其附件一并使用，批准的地点、范围、方式和其他内容以原批准文件为准，不得涂改、转让。",
            *held.conditions,
        ),
        validity=term_of(held.valid_from, valid_to),
        date=issue.date,
        verification=issue.verification,
        test_seal=issue.test_seal,
    )
