"""How far a case is, told to whoever has its number and its query code: milestones, and nothing else."""

from __future__ import annotations

import hmac
import unicodedata
from datetime import date

from django.utils import timezone
from msgspec import Struct

from permits.contract.kind import Label
from permits.documents.numbering import code_of
from permits.kinds import kind_of
from permits.models import Application
from permits.text.printable import as_typed

MILESTONES = (
    "submit", "request_correction", "resubmit", "accept", "deem_accepted", "refuse_acceptance", "publish_notice",
    "report_up", "approve", "refuse", "record_higher_decision", "record_delivery", "withdraw",
)  # fmt: skip
"""Acts whose outcome the applicant is told anyway; no opinion and no proposal is among them."""


class Progress(Struct, frozen=True):
    """The number, what is asked for, the status, and day and name of each milestone."""

    number: str
    kind: Label
    status: str
    milestones: tuple[tuple[date, str], ...]


def query_code(application: Application) -> str:
    """The code of a case that was handed in: sixty bits of a hash over the text of that act, which only the record has.
    The act's own hash would not do: the transparency log tells it to everyone."""
    return code_of(f"progress {application.did('submit')[0].body}")


def find_progress(number: str, code: str) -> Progress | None:
    """The case with this number, if the code is its own; blanks, width and case of the signs are forgiven."""
    case = Application.objects.filter(number=_signs(number)).first()
    if case is None or not case.did("submit"):
        return None
    given, own = (as_typed(one) for one in (code, query_code(case)))
    if not hmac.compare_digest(own.encode(), given.encode()):
        return None
    told = ((timezone.localdate(act.at), case.act_label(act.act)) for act in case.did(*MILESTONES))
    return Progress(str(case.number), kind_of(case).label, case.get_status_display(), tuple(told))


def _signs(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).upper().split())
