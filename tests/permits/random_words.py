"""What people say at each act, for random tests: words in order where the case is such that they can be.

`case` is a Case of random_case.py, which draws what is open to choice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from permits.drafts.corrections import places
from permits.models.permit import ANSWERS as REQUESTS

Say = Callable[[Any], dict[str, Any]]


def today() -> date:
    return timezone.localdate()


def plain(**said: Any) -> Say:
    return lambda case: dict(said)


def judged(case: Any, act: str, organ: str) -> dict[str, Any]:
    said = {"organ": organ, "decided_on": today(), "reasons": "程序违法。", "document": case.paper()}
    return case.outcome(act) | said  # type: ignore[no-any-return]


def conditions(case: Any) -> dict[str, str]:
    return case.pick(({}, {"conditions": "应当设置围挡。"}))  # type: ignore[no-any-return]


OPINION = "经核查，意见如下。"
SAY: dict[str, Say] = {
    "submit": plain(statement=True),
    "resubmit": plain(note="已补正", statement=True),
    "withdraw": plain(reason="计划有变"),
    "accept": plain(note="齐全"),
    "deem_accepted": plain(),
    "request_correction": lambda case: {"items": [{"where": places(case.row)[0][0], "what": "名称与公章不一致"}],
                                        "until": today() + timedelta(days=15)},
    "refuse_acceptance": plain(ground="no_permit_needed", reason="不需要审批。"),
    "recommend": lambda case: {"outcome": case.pick(("approve", "refuse")), "opinion": OPINION},
    "propose": lambda case: {"outcome": case.pick(("approve", "refuse")), "opinion": OPINION},
    "return_to_first_review": plain(reason="请补充现场照片"),
    "return_to_final_review": plain(reason="请说明依据"),
    "approve": lambda case: {"opinion": "同意。", **case.minutes(), **conditions(case)},
    "refuse": lambda case: {"reasons": "不符合规定。", **case.minutes()},
    "report_up": plain(organ="国家林业和草原局", opinion="请予审核。"),
    "record_higher_decision": lambda case: {
        "outcome": case.pick(("approve", "refuse")), "decided_on": today(), "number": "林审〔2026〕8号",
        "document": case.paper()},
    # inquiry
    "notify_third_party": plain(party="石塘路村", interest="林地承包"),
    "record_statement": plain(party="石塘路村", statement="无异议"),
    "record_objection": lambda case: {"objector": "村民", "objection": "担心水土流失", "received": today()},
    "answer_objection": lambda case: {"objection": case.objection(), "upheld": "not_upheld", "answer": "已有措施。"},
    "tell_hearing_right": plain(party="申请人", interest="重大利益"),
    "make_statement": lambda case: {"statement": f"作业道已改走林缘，补充第{case.row.acts.count()}点。"},
    "ask_hearing": plain(reason="影响重大"),
    "announce_hearing": lambda case: {"held_on": today() + timedelta(days=20), "place": "会议室",
                                      "chair": case.people["chair"], "subject": "林木采伐"},
    "hold_hearing": lambda case: {"held_on": today(), "chair": case.people["chair"], "attending": "双方",
                                  "minutes": "双方陈述一致。"},
    "give_up_hearing": plain(reason="已协商一致"),
    "record_hearing_given_up": lambda case: {"request": case.hearing_request(), "how": "withdrawn",
                                             "given_up_on": today(), "statement": "书面撤回"},
    "record_expert_review": lambda case: {"held_on": today(), "experts": "李龘", "conclusion": "可行",
                                          "reason": "技术复杂"},
    "suspend_clock": plain(ground="testing", reason="检测"),
    "resume_clock": plain(),
    "record_site_check": lambda case: {
        "checked_on": today(), "place": "现地", "result": "一致",
        "inspectors": [{"person": case.people["third"]}, {"person": case.people["second"]}]},
    "publish_notice": lambda case: {"starts": today(), "ends": today() + timedelta(days=8), "place": "村务公开栏",
                                    "contact": "010-00000000"},
    "determine": lambda case: {"field": case.pick(("plots[0].zone", "parcels[0].zone", "stands[0].zone", "none")),
                               "value": "none", "ground": "survey", "statement": "与申报一致"},
    "rule_on_finding": lambda case: {"rule": "T-14", "reason": "属于乡土树种。", "document": case.paper()},
    "tell_fee_due": lambda case: {"amount": "1.00", "difference": "按市级标准", "payee": "市财政局", "until": today()},
    "record_refund": lambda case: {"returned_on": today(), "receipt": "退0001", "amount": "1.00",
                                   "difference": "登记有误"},
    "correct_payment": lambda case: {"against": case.payment(), "amount": case.pick(("0", "2.00")), "reason": "笔误"},
    "ask_opinion": lambda case: {"office": case.adviser(), "question": "请说明生态影响"},
    "drop_consultee": lambda case: {"office": case.adviser(), "reason": "不涉及"},
    "remind": lambda case: {"office": case.adviser(), "note": "请尽快反馈"},
    "record_silence": lambda case: {"office": case.adviser()},
    "give_opinion": lambda case: {"position": case.pick(("agree", "agree_with_conditions")), "opinion": "同意。"},
    # keeping
    "claim": lambda case: {"item": case.any_item()},
    "release": lambda case: {"item": case.any_item()},
    "reassign": lambda case: {"item": case.any_item(), "to": case.anybody(), "reason": "出差"},
    "vacate": lambda case: {"item": case.any_item(), "reason": "离岗"},
    "recuse": plain(reason="利害关系"),
    "bar_person": lambda case: {"person": case.anybody(), "reason": "利害关系"},
    "extend_period": plain(working_days=5, reason="情况复杂"),
    "order_joint_handling": plain(order="市政府令", reason="联合办理"),
    "record_delivery": lambda case: {"delivered_on": today(), "manner": "当面", "receiver": "经办员"},
    "flag_deadline": lambda case: {"period": "decide", "light": "red", "due": today(), "limit": "statutory"},
    # a permit's life and supervision
    "ask_extension": lambda case: {"until": today() + timedelta(days=400), "reason": "工期顺延"},
    "grant_extension": lambda case: {"until": today() + timedelta(days=400), **conditions(case)},
    "refuse_extension": plain(reasons="已无必要。"),
    "deem_extended": lambda case: {"until": today() + timedelta(days=400)},
    "expire_permit": lambda case: {"ended_on": case.last_day()},
    "ask_change": plain(what="contact", now="密云区新农村路2号", reason="搬迁"),
    "grant_change": plain(),
    "refuse_change": plain(reasons="不符合规定。"),
    "ask_reissue": plain(statement="不慎遗失"),
    "reissue_permit": plain(),
    "replace_permit": plain(number="TD110118-2026-99999"),
    "withdraw_permit": plain(ground="law_changed", reasons="规定已经废止。", interest="保护水源地。",
                             compensation="按评估补偿。", heard="已告知。"),
    "revoke_permit": plain(ground="procedure", reasons="未按规定公示。", harm="no", compensation="无损失。",
                           heard="已告知。"),
    "record_compensation": lambda case: {"against": case.decision(), "amount": "1.00", "paid_on": today(),
                                         "receipt": f"支{case.seq()}"},
    "cancel_permit": lambda case: {"reasons": "注销。", "ground":
        {"valid": case.pick(("impossible", "asked")), "expired": "expired"}.get(case.permit, "ended")},
    "ask_cancellation": plain(used="none", reason="不再实施。"),
    "take_back_request": lambda case: {"request": case.pick(tuple(REQUESTS))},
    "refuse_cancellation": plain(reasons="正在调查违法采伐。"),
    "forfeit_permit": lambda case: {"number": "罚〔2026〕3号", "organ": "园林绿化局", "decided_on": today(),
                                    "reasons": "超范围。", "heard": "已告知。", "document": case.paper()},
    "record_reconsideration": lambda case: judged(case, "record_reconsideration", "北京市人民政府"),
    "record_suit": lambda case: judged(case, "record_suit", "北京市某人民法院"),
    "reopen": lambda case: {"remedy": case.remedy(), "fault": "procedure"},
    "raise_alarm": lambda case: {"found_on": today(), "species": "平原斑马", "where": "围栏外", "what": "逃逸"},
    "note_overdue": lambda case: {"obligation": case.obligation(), "owed_by": "holder", "due": today()},
    "close_obligation": lambda case: {"obligation": case.obligation(), "ground": "fell_away", "reason": "不再实施。"},
    "find_breach": lambda case: {"obligation": case.obligation(), "reasons": "未履行。", "proposal": "none"},
    "order_rectification": lambda case: {"obligation": case.obligation(), "demands": "清理。", "basis": "森林法66",
                                         "until": today() + timedelta(days=30)},
    "report_obligation": lambda case: {"obligation": case.obligation(), "answers": [], "materials": [],
                                       "statement": True},
    "report_rectification": lambda case: {"obligation": case.obligation(), "what": "已清理", "materials": [],
                                          "statement": True},
    "check_report": lambda case: {"obligation": case.obligation(), "outcome": "incomplete", "note": "缺图"},
    "check_rectification": lambda case: {"obligation": case.obligation(), "outcome": "no", "note": "未清理"},
    "record_fulfilment": lambda case: {"obligation": case.obligation(), "answers": [], "materials": []},
    "record_inspection": lambda case: {
        "inspected_on": today(), "place": "12林班",
        "inspectors": [{"person": case.people["supervise"], "capacity": "执法"},
                       {"person": case.people["second"], "capacity": "执法"}],
        "findings": [{"obligation": case.obligation(), "finding": case.pick(("in_order", "not_in_order")),
                      "what": "现地核对。"}]},
}  # fmt: skip
ANSWERS = (200, 302, 400, 403, 404, 409, 422)
NOTHING_ASKED = frozenset({"accept", "submit", "resubmit", "withdraw"})
"""Acts with words that are always in order: where model and people are right, they must be done."""
EARLY = ("notify_third_party", "record_statement", "record_objection", "answer_objection", "tell_hearing_right",
    "announce_hearing", "hold_hearing", "record_expert_review", "suspend_clock", "resume_clock", "record_site_check",
    "publish_notice", "determine", "rule_on_finding", "tell_fee_due", "ask_opinion", "drop_consultee", "remind",
    "record_silence", "give_opinion", "extend_period", "order_joint_handling", "make_statement", "ask_hearing",
    "give_up_hearing", "record_hearing_given_up")  # fmt: skip
KEEPING = ("claim", "release", "reassign", "vacate", "recuse", "bar_person")
LATER = ("ask_extension", "grant_extension", "refuse_extension", "ask_change", "grant_change", "refuse_change",
    "ask_reissue", "reissue_permit", "ask_cancellation", "refuse_cancellation", "take_back_request", "replace_permit",
    "record_delivery", "record_refund", "record_compensation", "correct_payment")  # fmt: skip
WATCHED = ("raise_alarm", "close_obligation", "find_breach", "order_rectification", "report_obligation",
    "report_rectification", "check_report", "check_rectification", "record_fulfilment",
    "record_inspection")  # fmt: skip
