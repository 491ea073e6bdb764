"""The law as the random tests know it: status → act → where it leads, by kind; whose turn it is; and permits.

Written by hand from the law and taken from nothing in the product. Outcomes of remedies and what they leave of a
permit: random_remedies.py.
"""

from __future__ import annotations

# 许可法 32 (acceptance), 34–36, 45–48 (review), 37–38 (decision); who may withdraw, until the decision: the applicant.
ENDED = ("approved", "refused", "not_accepted", "withdrawn")
CHALLENGED = ("approved", "refused", "not_accepted")
Table = dict[str, dict[str, tuple[str, ...]]]


def moves(*, reviews: int, above: bool) -> Table:
    """Status → act → where it leads. `reviews`: by how many organs before the decision; `above`: a higher authority may
    decide instead."""
    first = "first_review" if reviews == 2 else "final_review"
    law: Table = {
        "draft": {"submit": ("submitted",)},
        "submitted": {
            "accept": (first,),
            "deem_accepted": (first,),
            "request_correction": ("correcting",),
            "refuse_acceptance": ("not_accepted",),
        },
        "correcting": {"resubmit": ("submitted",), "refuse_acceptance": ("not_accepted",)},
        "first_review": {"recommend": ("final_review",), "refuse_acceptance": ("not_accepted",)},
        "final_review": {"propose": ("awaiting_decision",), "refuse_acceptance": ("not_accepted",)},
        "awaiting_decision": {
            "approve": ("approved",),
            "refuse": ("refused",),
            "return_to_final_review": ("final_review",),
            "refuse_acceptance": ("not_accepted",),
        },
        "reported_up": {"record_higher_decision": ("approved", "refused")},
    }
    if reviews == 1:
        del law["first_review"]
    else:
        law["final_review"]["return_to_first_review"] = ("first_review",)
    if above:
        law["final_review"]["report_up"] = law["awaiting_decision"]["report_up"] = ("reported_up",)
    else:
        del law["reported_up"]
    for acts in law.values():
        acts["withdraw"] = ("withdrawn",)
    return law | {status: {} for status in ENDED}


MOVES: dict[str, Table] = {
    "tending": moves(reviews=2, above=False),
    "occupation": moves(reviews=2, above=True),
    "introduction": moves(reviews=2, above=True),
    "felling": moves(reviews=1, above=False),
}
# 许可法 8, 69, 70; 处罚法 9(3). What was ended early can only be cancelled still; what was cancelled cannot be moved.
PERMIT: dict[str, dict[str, str]] = {
    "valid": {
        "expire_permit": "expired", "withdraw_permit": "withdrawn", "revoke_permit": "revoked",
        "cancel_permit": "cancelled", "forfeit_permit": "forfeited", "grant_extension": "valid",
        "deem_extended": "valid",
    },
    "expired": {"cancel_permit": "cancelled", "grant_extension": "valid"},
    "withdrawn": {"cancel_permit": "cancelled"},
    "revoked": {"cancel_permit": "cancelled"},
    "forfeited": {"cancel_permit": "cancelled"},
    "annulled": {"cancel_permit": "cancelled"},
    "cancelled": {},
}  # fmt: skip
REVIEWS = ("first_review", "final_review", "awaiting_decision")
DUTY = {
    "submitted": "accept", "correcting": "accept", "first_review": "first_review", "final_review": "final_review",
    "awaiting_decision": "decide", "reported_up": "final_review", "approved": "decide",
}  # fmt: skip
"""Whose turn it is."""
DUTIES = ("accept", "first_review", "final_review", "decide", "advise", "supervise", "audit")
UNITS = frozenset({
    "submit", "resubmit", "withdraw", "make_statement", "ask_hearing", "give_up_hearing", "ask_extension",
    "ask_change", "ask_reissue", "ask_cancellation", "take_back_request", "report_obligation", "raise_alarm",
    "report_rectification",
})  # fmt: skip
CLOCKS = frozenset({
    "deem_accepted", "expire_permit", "deem_extended", "warn_of_end", "flag_deadline", "recompute_deadline",
    "readdress", "remind_obligation", "note_overdue",
})  # fmt: skip
HEADS = frozenset({"bar_person", "extend_period", "order_joint_handling", "reassign", "vacate"})
