"""The notices of a procedure, from acceptance to delivery. Each states its article where the matter is a 行政许可;
where it is not, the same is told without calling upon the licensing law."""

from __future__ import annotations

from datetime import date
from typing import Any

from msgspec import Struct

from permits.clocks.calendar import Deadline
from permits.documents.content import Align, Block, Column, Head, KeyValues, Letter, Table, chinese_date
from permits.documents.forms.common import Issue, Matter, opening, para, period, remedies, under
from permits.documents.forms.titles import in_lines, public_notice_title
from permits.models.clock import Ground


def _notice(issue: Issue, title: str, addressee: str, *blocks: Block, **parts: Any) -> Letter:
    return issue.letter(title=title, addressee=addressee, blocks=blocks, head=Head.LETTER, **parts)


def acceptance(
    issue: Issue,
    matter: Matter,
    *,
    accepted_on: date,
    working_days: int,
    promised: int | None = None,
    decides: str = "",
    first_review: int | None = None,
    above: str = "",
) -> Letter:
    """受理通知书 (许可法 32(1)(5), 42). `promised` are the days the deciding agency promises 承诺时限; `decides` is
    that agency, where it is another than the one that accepts; `first_review` the working days of the first review,
    where it has its own before those of the decision (43); `above` the State's authority, where it decides and the
    case is reported up (35): in which time it does, no notice of another organ says."""
    return _notice(
        issue, "受理通知书", matter.applicant,
        para(
            f"{opening(matter)}申请材料齐全、符合法定形式。{under(matter, '第三十二条第一款第五项')}"
            f"决定自{chinese_date(accepted_on)}起予以受理。"
        ),
        para(
            _in_which_time(issue, "受理之日", working_days, first_review, decides, promised=promised, above=above)
        ),
        para("特此通知。"),
    )  # fmt: skip


def _in_which_time(
    issue: Issue, since: str, days: int, first_review: int | None, decides: str, *, promised: int | None, above: str
) -> str:
    """Who decides and in which time; both times where the first review has its own (许可法 43)."""
    if above:
        return _reported_up(above, since, days, first_review)
    vow = f"决定的承诺时限为{promised}个工作日。" if promised and first_review else ""
    if promised and not first_review:
        vow = f"承诺时限为{promised}个工作日。"
    whose, first = "本机关将", ""
    if decides and decides != issue.agency:
        whose, first = f"{decides}将", f"上述事项由{decides}决定，本机关负责受理和审查上报。"
    if first_review:
        first += f"本机关自{since}起{first_review}个工作日内完成审查并上报审查意见；"
        since = "收到审查意见之日"
    except_ = "。依法不计入期限的时间除外。" if first_review else "；依法不计入期限的时间除外。"
    return f"{first}{whose}自{since}起{days}个工作日内作出决定{except_}{vow}"


def _reported_up(above: str, since: str, days: int, first_review: int | None) -> str:
    """That the State's authority decides, and in which time the case goes up to it (许可法 43): of `days`, or of the
    first review where that has its own."""
    whose = f"本机关的审查自{since}起{first_review}" if first_review else f"审查自{since}起{days}"
    return (
        f"上述事项由{above}决定，本机关负责受理，经审查后上报。{whose}个工作日内完成；依法不计入期限的时间除外。"
        f"{above}作出决定后，将及时告知。"
    )


def deemed_acceptance(
    issue: Issue, matter: Matter, *, accepted_on: date, working_days: int, promised: int | None = None,
    decides: str = "", first_review: int | None = None, above: str = "", anew: bool = False,
) -> Letter:  # fmt: skip
    """受理通知书 where no notice went out in five working days: accepted from `accepted_on`, the day of receipt, of a
    correction that of the corrected papers, of what is handled `anew` after a remedy the day on which that began
    (许可法 32(1)(4)). The others as for `acceptance`."""
    since = "重新办理" if anew else "收到申请材料"
    return _notice(
        issue, "受理通知书", matter.applicant,
        para(
            f"{opening(matter)}因本机关未在规定期限内告知需要补正的内容，{under(matter, '第三十二条第一款第四项')}"
            f"上述申请自{since}之日（{chinese_date(accepted_on)}）起即为受理。"
        ),
        para(
            _in_which_time(issue, "上述受理之日", working_days, first_review, decides, promised=promised, above=above)
        ),
        para("特此通知。"),
    )  # fmt: skip


class Correction(Struct, frozen=True, kw_only=True):
    """One thing to correct: the field or material, and what is missing or wrong."""

    where: str
    what: str


def correction(issue: Issue, matter: Matter, *, items: tuple[Correction, ...], until: date | None = None) -> Letter:
    """补正通知书: once, with every point (许可法 32(1)(4)). ValueError for an empty list."""
    if not items:
        raise ValueError("a notice of correction lists what to correct")
    columns = (
        Column(head="序号", weight=0.5), Column(head="项目或者材料", weight=2, align=Align.LEFT),
        Column(head="需要补正的内容", weight=4, align=Align.LEFT),
    )  # fmt: skip
    rows = tuple((str(number), item.where, item.what) for number, item in enumerate(items, 1))
    limit = f"请于{chinese_date(until)}前（含当日）提交补正材料。" if until else "请补正后重新提交。"
    return _notice(
        issue, "补正通知书", matter.applicant,
        para(
            f"{opening(matter)}经核对，申请材料不齐全或者不符合法定形式。{under(matter, '第三十二条第一款第四项')}"
            f"现一次告知需要补正的全部内容，共{len(items)}项："
        ),
        Table(columns=columns, rows=rows),
        para(f"{limit}按照本通知提交全部补正材料的，本机关予以受理。"),
        para("特此通知。"),
    )  # fmt: skip


def non_acceptance(
    issue: Issue, matter: Matter, *, ground: str, reason: str, organ: str = "", until: date | None = None
) -> Letter:
    """不予受理通知书.

    `ground`: no_permit_needed (许可法 32(1)(1)), other_organ (32(1)(2), with `organ`), not_completed (practice).
    `until` is the day by which the papers were to be completed, where one was set.
    """
    item = {"no_permit_needed": "第三十二条第一款第一项", "other_organ": "第三十二条第一款第二项"}.get(ground)
    law = under(matter, item) if item else ""
    told = f"上述事项属于{organ}的职权范围，请依法向其提出申请。" if organ else ""
    return _notice(
        issue, "不予受理通知书", matter.applicant,
        para(f"{opening(matter)}{law}{_why_not(matter, ground, until)}本机关决定不予受理。"),
        para(reason, lead="理由："),
        *((para(told),) if told else ()),
        remedies(issue, matter),
    )  # fmt: skip


def _why_not(matter: Matter, ground: str, until: date | None) -> str:
    """The ground in words; that a day has passed only where one was set."""
    if ground == "no_permit_needed":
        return f"上述申请事项依法不需要{'取得行政许可' if matter.licence else '审批'}，"
    if ground == "other_organ":
        return "上述申请事项依法不属于本机关职权范围，"
    by = f"在{chinese_date(until)}前（含当日）" if until else ""
    return f"本机关已经一次告知需要补正的全部内容，{matter.you}未{by}按照要求补正，"


def _to(due: Deadline) -> str:
    """To that last day; where no notice on holidays covers it yet, with the reservation."""
    day = chinese_date(due.date)
    return f"暂计至{day}（当年放假安排公布后可能变动）" if due.provisional else f"至{day}"


def extension(
    issue: Issue, matter: Matter, *, working_days: int, reason: str, due: Deadline | None = None, approval: str = ""
) -> Letter:
    """延期通知书: by the organ's head, reasons told (许可法 42); `approval` is the people's government's, in joint
    handling."""
    by = f"本级人民政府负责人批准（{approval}）" if approval else "本机关负责人批准"
    until = f"，延长后的期限{_to(due)}" if due else ""
    return _notice(
        issue, "延长办理期限通知书", matter.applicant,
        para(
            f"{opening(matter)}因不能在规定期限内作出决定，{under(matter, '第四十二条')}经{by}，"
            f"办理期限延长{working_days}个工作日{until}。"
        ),
        para(reason, lead="延长期限的理由："),
        para("特此通知。"),
    )  # fmt: skip


GROUNDS: dict[str, str] = {
    Ground.HEARING: "听证", Ground.TENDER: "招标", Ground.AUCTION: "拍卖", Ground.INSPECTION: "检验",
    Ground.TESTING: "检测", Ground.QUARANTINE: "检疫", Ground.APPRAISAL: "鉴定", Ground.EXPERT_REVIEW: "专家评审",
}  # fmt: skip
"""The words of art 45 as letters say them, whatever language the pages are read in."""


def suspension(issue: Issue, matter: Matter, *, ground: str, reason: str, since: date) -> Letter:
    """中止计算办理期限通知书: the time of a ground of 许可法 45 is not counted, and that is told in writing.
    `since`: the first day that is left out."""
    return _notice(
        issue, "办理期限中止计算通知书", matter.applicant,
        para(
            f"{opening(matter)}办理中需要进行{GROUNDS[ground]}。{under(matter, '第四十五条')}"
            f"自{chinese_date(since)}起，{GROUNDS[ground]}所需时间不计算在办理期限内；结束后继续计算，并另行通知。"
        ),
        para(reason, lead="说明："),
        para("特此通知。"),
    )  # fmt: skip


def resumption(
    issue: Issue, matter: Matter, *, since: date, note: str = "", due: Deadline | None = None,
    ground: str = "", stood_still: tuple[date, date] | None = None,
) -> Letter:  # fmt: skip
    """恢复计算办理期限通知书. `stood_still`: the first and the last day that a matter on the ground `ground` took, none
    of which is counted: how long it took is told in writing (许可法 45)."""
    until = f"，现期限{_to(due)}" if due else ""
    took = (
        f"{GROUNDS[ground]}所需时间中的{period(*stood_still)}，{under(matter, '第四十五条')}不计算在办理期限内。"
        if stood_still else ""
    )  # fmt: skip
    return _notice(
        issue, "办理期限恢复计算通知书", matter.applicant,
        para(f"{opening(matter)}{took}中止计算的事由已经结束，办理期限自{chinese_date(since)}起恢复计算{until}。"),
        *((para(note, lead="说明："),) if note else ()),
        para("特此通知。"),
    )  # fmt: skip


def report_up(issue: Issue, matter: Matter, *, organ: str) -> Letter:
    """上报告知书: the higher organ decides; opinion and full file were sent up (许可法 35)."""
    return _notice(
        issue, "上报审批告知书", matter.applicant,
        para(
            f"{opening(matter)}上述事项依法由{organ}决定。{under(matter, '第三十五条')}"
            f"本机关已将审查意见和全部申请材料上报{organ}，{matter.you}不必重复提供申请材料。"
        ),
        para("上级机关作出决定后，本机关将及时告知。"),
        para("特此告知。"),
    )  # fmt: skip


def third_party(issue: Issue, matter: Matter, *, party: str, interest: str) -> Letter:
    """利害关系人告知书: may state a case and defend (许可法 36)."""
    return _notice(
        issue, "利害关系人告知书", party,
        para(f"本机关正在审查{matter.applicant}提出的{matter.application}。经审查，该事项直接关系你（单位）重大利益："),
        para(interest),
        para(f"{under(matter, '第三十六条')}你（单位）有权进行陈述和申辩，可以书面提出意见，也可以到本机关当面提出。"),
        para("特此告知。"),
    )  # fmt: skip


def hearing_rights(issue: Issue, matter: Matter, *, addressee: str, interest: str) -> Letter:
    """听证告知书: to applicant or third party, before a decision that touches them (许可法 47; working days: 82)."""
    return _notice(
        issue, "听证告知书", addressee,
        para(f"本机关正在审查{matter.applicant}提出的{matter.application}。该事项直接涉及申请人与他人之间的重大利益关系："),
        para(interest),
        para(
            f"{under(matter, '第四十七条')}你（单位）有要求听证的权利。要求听证的，应当自被告知听证权利之日起"
            "5个工作日内提出；逾期未提出的，视为放弃。本机关在收到听证申请之日起20个工作日内组织听证，不收取任何费用。"
        ),
        para("特此告知。"),
    )  # fmt: skip


def hearing_notice(
    issue: Issue, matter: Matter, *, addressee: str, held_on: date, place: str, chair: str, subject: str, at: str = "",
    instead_of: tuple[date, str, str] | None = None, own_motion: bool = False, closed: str = "",
    before_by: str = "",
) -> Letter:  # fmt: skip
    """听证通知书, to each party: seven days before; public, but for what is kept from the public (`closed`: one of
    KEPT_FROM_PUBLIC, 许可法 5); the chair is not the reviewer and may be challenged (48). `at` is the hour, HH:MM;
    `instead_of` the day, the hour and the place that were told before, by the organ `before_by` where it was another;
    `own_motion`: nobody asked for it, and it is held whoever comes (46)."""
    whose, article = ("依职权", "第四十六条、第四十八条") if own_motion else ("", "第四十八条")
    article = f"第五条、{article}" if closed else article
    openly = f"因该事项涉及{KEPT_FROM_PUBLIC[closed]}，听证不公开举行。" if closed else "听证公开举行。"
    absent = (
        "本次听证由本机关依职权举行，当事人不参加的，听证照常举行；不参加的当事人仍可以陈述和申辩。" if own_motion
        else "要求听证的当事人不能参加的，请事先说明理由；无正当理由不参加的，本机关视为放弃听证。"
    )  # fmt: skip
    return _notice(
        issue, "听证通知书", addressee,
        para(f"本机关{whose}定于下列时间、地点就{matter.application}举行听证："),
        KeyValues(pairs=(
            ("时间", f"{chinese_date(held_on)}{_hour(at)}"), ("地点", place), ("主持人", chair), ("听证事项", subject),
        )),
        *((para(_instead_of(*instead_of, before_by)),) if instead_of else ()),
        para(
            f"{under(matter, article)}{openly}你（单位）认为主持人与该事项有直接利害关系的，有权申请回避；"
            "听证中可以提出证据，进行申辩和质证。听证笔录经核对无误后签字或者盖章。"
        ),
        para(absent),
        para("特此通知。"),
    )  # fmt: skip


KEPT_FROM_PUBLIC = {"state_secret": "国家秘密", "trade_secret": "商业秘密", "privacy": "个人隐私"}
"""What 许可法 5 keeps from the public, as letters say it, whatever language the pages are read in."""


def _instead_of(held_on: date, at: str, place: str, by: str) -> str:
    """That what was told before, be it of the day or of the chair, holds no more."""
    return f"{by}此前通知于{chinese_date(held_on)}{_hour(at)}在{place}举行的听证，改按本通知举行。"


def hearing_off(
    issue: Issue, matter: Matter, *, addressee: str, held_on: date, place: str, at: str = "", ended: str = ""
) -> Letter:  # fmt: skip
    """终止听证通知书, to each party that was told of the day: everybody who had asked for the hearing gave it up, or
    the case ended undecided (`ended`: how). No article found says so (docs/readings.md); of what stays open to
    who reads it: 许可法 36, 47."""
    why = ended or "要求听证的各方均已撤回听证要求或者放弃听证"
    still = para("你（单位）对该事项仍可以陈述和申辩；被告知听证权利的期限尚未届满的，仍可以在期限内要求听证。")
    return _notice(
        issue, "终止听证通知书", addressee,
        para(f"本机关原定于{chinese_date(held_on)}{_hour(at)}在{place}就{matter.application}举行听证。"),
        para(f"{why}，该次听证终止，不再举行。"),
        *(() if ended else (still,)),
        para("特此通知。"),
    )  # fmt: skip


def _hour(at: str) -> str:
    """HH:MM as it is spoken: 上午9时30分."""
    if not at:
        return ""
    hour, minute = (int(part) for part in at.split(":"))
    return f"{'上午' if hour < 12 else '下午'}{hour if hour <= 12 else hour - 12}时{f'{minute}分' if minute else ''}"


def consultation(
    issue: Issue,
    matter: Matter,
    *,
    office: str,
    question: str,
) -> Letter:
    """征求意见函 to a consulted agency. Silence is recorded and never taken as consent."""
    return _notice(
        issue, in_lines(f"关于征求{matter.title}意见的函", before=matter.asked or matter.name), office,
        para(f"本机关正在审查{matter.applicant}提出的{matter.application}。现就下列问题征求你单位意见："),
        para(question),
        para("请书面反馈意见。未反馈的，本机关如实记录为未反馈，不视为同意。"),
        para("专此函达。"),
    )  # fmt: skip


def delivery_receipt(
    issue: Issue, matter: Matter, *, papers: tuple[str, ...], manner: str = "", receiver: str = "",
    delivered_on: date | None = None,
) -> Letter:  # fmt: skip
    """送达回证: what was delivered, how, to whom. What is not known yet is left blank, to be filled by hand; so is why
    another took it, or nobody did, which witnesses sign (as 民事诉讼法 has it, from memory)."""
    blank = "\n"
    what = (("受送达人", matter.applicant), ("案件", matter.application), ("送达文书", "\n".join(papers)))
    how = (
        ("送达方式", manner or blank),
        ("送达地点", blank),
        ("送达日期", chinese_date(delivered_on) if delivered_on else blank),
        ("收件人", receiver or blank),
        ("收件人签名", blank),
        ("送达人签名", blank),
    )
    remarks = KeyValues(pairs=(("备注（代收、拒收的事由，见证人签名）", blank),))
    return _notice(
        issue, "送达回证", "", KeyValues(pairs=what), KeyValues(pairs=how, per_row=2), remarks,
        para("收件人收到上列文书后，请在本回证上签名并注明日期。"), note="",
    )  # fmt: skip


def outcome(
    issue: Issue, matter: Matter, *, result: str, facts: tuple[tuple[str, str], ...] = (), text: tuple[str, ...] = ()
) -> Letter:
    """办理结果告知书: how the case ended, with what the applicant should know of it."""
    pairs = (("申请事项", matter.name), ("申请编号", matter.case_number), ("办理结果", result), *facts)
    return _notice(
        issue, "办理结果告知书", matter.applicant,
        para(f"{opening(matter)}现将办理结果告知如下："),
        KeyValues(pairs=pairs),
        *map(para, text),
        para("特此告知。"),
    )  # fmt: skip


def public_notice(
    issue: Issue, matter: Matter, *, facts: tuple[tuple[str, str], ...], starts: date, ends: date, contact: str
) -> Letter:
    """公示: five working days or more in village or farm and on site (令35 art 11), without personal data."""
    asked = matter.asked or matter.name
    title = in_lines(public_notice_title(matter.subject, asked), before=asked)
    return _notice(
        issue, title, "",
        para(f"现将{matter.in_public}提出的{matter.application}予以公示："),
        *_compact(facts),
        para(f"公示期为{period(starts, ends)}。对公示内容有异议的，请在公示期内向{contact}提出。"),
    )  # fmt: skip


SHORT = (7, 11)  # characters of a label and its value that stand beside another pair


def _compact(facts: tuple[tuple[str, str], ...]) -> tuple[Block, ...]:
    """Facts in grids, in their order but for this: the short ones together, two in a row, the long ones before the
    first of them above, the others below."""
    short = [pair for pair in facts if len(pair[0]) <= SHORT[0] and len(pair[1]) <= SHORT[1]]
    if len(short) % 2:
        short.pop()
    first = facts.index(short[0]) if short else len(facts)
    below = tuple(pair for pair in facts[first:] if pair not in short)
    grids = (KeyValues(pairs=facts[:first]), KeyValues(pairs=tuple(short), per_row=2), KeyValues(pairs=below))
    return tuple(grid for grid in grids if grid.pairs)
