"""What the ends of a permit tell of compensation 补偿、赔偿 (许可法 8(2), 69(4)), and what a remedy made of it.

The law owes it with the decision. No text found says what becomes of a payment once that decision was annulled, and no
act records one: the page says so, and the agency that decided answers for it.
"""

from __future__ import annotations

from dataclasses import dataclass

from permits.models import Act, Application
from permits.models.permit import CHANGED, REMEDIES, lost_by


@dataclass(frozen=True)
class Compensation:
    """What `decision` tells of it; the outcome that left nothing of the decision, or that changed it (or None)."""

    decision: Act
    annulled: Act | None
    changed: Act | None

    @property
    def label(self) -> str:
        """What the law calls it: 补偿 of a withdrawal, 赔偿 of a revocation."""
        return str(self.decision.spec.facts["compensation"].label)

    @property
    def words(self) -> str:
        """What the decision tells."""
        return str(self.decision.facts["compensation"])


def compensations(application: Application) -> list[Compensation]:
    """Of each withdrawal and revocation of the permit that tells of compensation, in order; a revocation on fraud tells
    of none (69(4))."""
    told = [act for act in application.did("withdraw_permit", "revoke_permit") if act.facts.get("compensation")]
    remedies = application.did(*REMEDIES) if told else []
    return [_of(act, remedies) for act in told]


def _of(decision: Act, remedies: list[Act]) -> Compensation:
    about = [one for one in remedies if one.facts["against"] == decision.seq]
    annulled = next((one for one in about if lost_by(one, decision)), None)
    changed = next((one for one in reversed(about) if one.facts["outcome"] == CHANGED), None)
    return Compensation(decision, annulled, None if annulled else changed)
