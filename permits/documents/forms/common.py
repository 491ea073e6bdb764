"""What every form begins with, and the sentences that several of them share.

Official papers are in Chinese only: nothing here is translated. The wording is ours; where it repeats what a law
commands, the article stands beside it. A matter that is no administrative licence 行政许可 (facts 2.6: the tending
design) is never called one: `Matter.licence` decides, and a test reads every such paper.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from msgspec import Struct

from permits.documents.content import Block, Clauses, Head, Letter, Number, Paragraph, Verification, chinese_date
from permits.documents.forms.titles import named
from permits.text.numerals import without_numbers

OWN = "本机关"
"""How a letter names the organ that issues it."""
LICENSING_LAW = "《中华人民共和国行政许可法》"
FOREST_LAW = "《中华人民共和国森林法》"
ENDS = ("。", "！", "？", "；", "：", ".", "”")
REVIEW_DAYS, SUIT_MONTHS = 60, 6  # 行政复议法 2023 art 20; 行政诉讼法 2017 art 46: calendar time


class Issue(Struct, frozen=True, kw_only=True):
    """Who issues a paper, under which number, on which day, and where it can be checked."""

    agency: str
    number: Number
    date: date
    verification: Verification
    test_seal: bool = True
    contact: str = ""  # 联系人、电话、地址, printed as the note 附注
    reconsideration: str = ""  # the organ that reconsiders 复议机关
    court: str = ""  # the people's court that hears a suit
    copies: tuple[str, ...] = ()  # 抄送, of a paper in the form of a document

    def letter(self, **parts: object) -> Letter:
        """A letter of this issue; `parts` are the other fields of Letter."""
        common = {
            "agency": self.agency, "number": self.number, "date": self.date, "verification": self.verification,
            "test_seal": self.test_seal, "note": self.contact,
            "copies": self.copies if parts.get("head", Head.DOCUMENT) is Head.DOCUMENT else (),
        }  # fmt: skip
        return Letter(**{**common, **parts})  # type: ignore[arg-type]


def in_public(name: str, *, person: bool) -> str:
    """Who applies or holds, as the public may know it: a natural person by the family name only."""
    return f"{name[:1]}某（个人）" if person else name


class Matter(Struct, frozen=True, kw_only=True):
    """What a case is about: its official name, its number, who applied when, and whether it is a 行政许可."""

    name: str  # such as 天然林抚育作业设计审批
    applicant: str
    case_number: str
    received_on: date
    licence: bool = True
    person: bool = False  # the applicant is a natural person
    subject: str = ""  # the design's or project's own name, as titles say it
    asked: str = ""  # what is asked for it, as titles say it; empty: as `name` says
    found: tuple[str, ...] = ()  # what was determined of what was declared, a clause each (许可法 34(3), 38)
    quota: tuple[str, ...] = ()  # of a refusal: of each book of a quota that was too small, what had taken it
    heard: str = ""  # hearings held, their minutes weighed (许可法 48(2)) or given up; what the applicant stated

    @property
    def you(self) -> str:
        """How the applicant is addressed."""
        return "你" if self.person else "你单位"

    @property
    def in_public(self) -> str:
        """The applicant as the public may know it: a natural person by the family name only."""
        return in_public(self.applicant, person=self.person)

    @property
    def application(self) -> str:
        """The application, as letters refer to it."""
        return f"{self.name}申请（申请编号：{self.case_number}）"

    @property
    def title(self) -> str:
        """The thing and what is asked for it, for titles."""
        return named(self.subject, self.asked or self.name)

    @property
    def decision(self) -> str:
        """What the decision is called."""
        return "行政许可决定" if self.licence else "审批决定"


def para(text: str, *, lead: str = "") -> Paragraph:
    """A paragraph with its indent."""
    return Paragraph(text=text, lead=lead)


def opening(matter: Matter) -> str:
    """That the application came, and when; in a decision also what was found of it, and how a hearing was weighed."""
    found = f"经核，{'；'.join(matter.found)}。" if matter.found else ""
    return f"{matter.you}于{chinese_date(matter.received_on)}提出的{matter.application}收悉。{found}{matter.heard}"


def heard(held_on: Mapping[str, tuple[date, ...]], weighed: str) -> str:
    """That hearings were held, on which days by which organ, and how the decision weighs their minutes 听证笔录 (许可法
    48(2)); nothing where none was held."""
    told = "，".join(f"{organ}于{'、'.join(map(chinese_date, days))}举行听证" for organ, days in held_on.items())
    return f"{told}，听证笔录的采纳情况：{''.join(sentences(weighed))}" if told and weighed else ""


def given_up(party: str, on: date, how: str) -> str:
    """That `party` had asked for a hearing and gave it up: took it back on that day, or did not come on it."""
    if how == "withdrawn":
        return f"{party}要求听证，后于{chinese_date(on)}撤回听证要求。"
    return f"{party}要求听证，无正当理由未参加{chinese_date(on)}的听证，视为放弃听证。"


def stated(party: str, on: Sequence[date]) -> str:
    """That `party` stated its case 陈述、申辩 on these days, and the organ has it (许可法 7, 36); nothing of no day."""
    return f"{party}于{'、'.join(map(chinese_date, on))}提出陈述、申辩，本机关收悉。" if on else ""


def stated_on_paper(party: str, on: Sequence[date]) -> str:
    """That the organ put on the record, on these days, what `party` stated on paper or in person; nothing of no day."""
    return f"{party}书面或者当面提出的陈述、申辩，本机关于{'、'.join(map(chinese_date, on))}登记。" if on else ""


def quota_short(
    what: str, unit: str, *, asked: Decimal, since: date | None, given: Decimal, taken: Decimal, held: Decimal,
    holders: int, left: Decimal,
) -> str:  # fmt: skip
    """From when a quota (`what`: the district's of a year) was too small for what is asked, and what had taken it by
    the decision: what was given in all, taken by approvals, put aside for accepted applications, and what was left."""
    full = f"自{chinese_date(since)}起余量即少于此数" if since else "余量一直少于此数"
    parts = (
        f"共有{_exact(given)}{unit}",
        *((f"已准予许可{_exact(taken)}{unit}",) if taken else ()),
        *((f"为已受理的{holders}件申请预占{_exact(held)}{unit}",) if held else ()),
        f"余{_exact(left)}{unit}",
    )
    return f"本申请需要{what}{_exact(asked)}{unit}，该项{full}；至本决定作出时{'，'.join(parts)}。"


def _exact(number: Decimal) -> str:
    return f"{number.normalize():f}"


def relying_on(basis: tuple[str, ...]) -> str:
    """The grounds, joined; nothing where the caller knows none."""
    return f"依据{'、'.join(dict.fromkeys(basis))}，" if basis else ""


def resting_on(*clauses: str) -> str:
    """The clauses a decision rests on, each once, in one breath.

    >>> resting_on("《植物检疫条例》第十二条", "《行政许可法》第三十八条第一款")
    '根据《植物检疫条例》第十二条和《行政许可法》第三十八条第一款，'
    """
    *others, last = dict.fromkeys(clauses)
    return f"根据{'、'.join(others)}{'和' if others else ''}{last}，"


def under(matter: Matter, article: str) -> str:
    """根据《行政许可法》…, for licences only."""
    return f"根据{LICENSING_LAW}{article}，" if matter.licence else ""


def remedies(issue: Issue, matter: Matter, what: str = "本决定") -> Paragraph:
    """The right to review and to sue: 行政许可法 38(2); the periods of 行政复议法 20 and 行政诉讼法 46."""
    organ, court = issue.reconsideration or "有管辖权的行政复议机关", issue.court or "有管辖权的人民法院"
    knowing = f"自知道或者应当知道{what}之日起"
    return para(
        f"{matter.you}如不服{what}，可以{knowing}{REVIEW_DAYS}日内，依法向{organ}申请行政复议；"
        f"也可以{knowing}{SUIT_MONTHS}个月内，依法向{court}提起行政诉讼。"
    )


def sentences(text: object) -> tuple[str, ...]:
    """The lines of what an act says, each ending as a sentence does."""
    lines = (line.strip() for line in str(text or "").splitlines())
    return tuple(line if line.endswith(ENDS) else f"{line}。" for line in lines if line)


def clauses(text: object) -> tuple[str, ...]:
    """The clauses of conditions or reasons, as an act says them: one on each line. The paper numbers them: where each
    was typed with the number of its place, it is left out here, and stands there once."""
    return without_numbers(sentences(text))


def numbered(items: tuple[str, ...]) -> tuple[Block, ...]:
    """Clauses 一、二、三; one alone without a number; or nothing."""
    return (para(items[0]),) if len(items) == 1 else (Clauses(items=items),) if items else ()


def period(start: date, end: date) -> str:
    """From and to, both days counted."""
    return f"{chinese_date(start)}至{chinese_date(end)}"


def licence_refusal(
    issue: Issue,
    matter: Matter,
    *,
    asked: str,
    reasons: tuple[str, ...],
    basis: tuple[str, ...],
    meanwhile: str,
    refund: tuple[Block, ...] = (),
) -> Letter:
    """不予行政许可决定书, with every reason and the remedies (许可法 38(2)). ValueError without a reason.

    `asked` is what was applied for, as it stands between 决定对 and 不予行政许可; `meanwhile` what may not be done.
    """
    if not reasons:
        raise ValueError("a refusal states its reasons")
    grounds = resting_on(*basis, f"{LICENSING_LAW}第三十八条第二款")
    return issue.letter(
        title="不予行政许可决定书",
        addressee=matter.applicant,
        blocks=(
            para(f"{opening(matter)}经审查，{grounds}决定对{asked}不予行政许可。理由如下："),
            *numbered(reasons),
            *map(para, matter.quota),
            *refund,
            para(meanwhile),
            remedies(issue, matter),
        ),
    )
