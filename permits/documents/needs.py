"""What an agency must have entered before a paper of it can be issued, and by which series it is numbered.

A code 机关代字 that is not known keeps no paper back: it is numbered under the agency's name, marked 代字待核, and the
code is shown as open on the page of the official data. What a paper must tell its reader does keep it back.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from permits.contract.kind import Label, PaperKind
from permits.errors import DatumMissing
from permits.kinds import kind_or_absent, paper_kinds
from permits.models.document import AGAINST_THE_HOLDER, DECISIONS_AFTER, NoticeKind
from roles.models import Agency
from roles.models.official import Datum
from roles.official_data import heads_of, official_data

REMEDIES: Final = (Datum.RECONSIDERATION, Datum.COURT)  # 许可法 38(2); 行政复议法 20; 行政诉讼法 46
WHERE_TO_TURN: Final = (Datum.ADDRESS, Datum.PHONE)  # the reader is to come, to write or to call
# Nothing for the receipt of materials: what an agency has not entered never keeps an application from being received.
NOTICES: Final[dict[str, tuple[Datum, ...]]] = {
    NoticeKind.NON_ACCEPTANCE: REMEDIES,
    NoticeKind.THIRD_PARTY: WHERE_TO_TURN,
    NoticeKind.HEARING_RIGHTS: WHERE_TO_TURN,
    **dict.fromkeys(AGAINST_THE_HOLDER, REMEDIES),
    NoticeKind.RECTIFICATION: REMEDIES,
}
RECEIPTS: Final = frozenset({NoticeKind.DELIVERY_RECEIPT, NoticeKind.MATERIALS_RECEIPT})
WORD: Final = {  # after the name of an agency whose code is not known, so that the types count apart
    Datum.DECISION_CODE: "", Datum.CERTIFICATE_CODE: "证", Datum.NOTICE_CODE: "通", Datum.RECEIPT_CODE: "收",
}  # fmt: skip


def needed(paper: str) -> tuple[Datum, ...]:
    """What a paper of this code must tell of the agency that issues it."""
    own = _paper_kind(paper)
    return REMEDIES if own and own.adverse else NOTICES.get(paper, ())


def papers_waiting_for(datum: Datum, kinds: set[str]) -> list[Label]:
    """What the papers are called that cannot be issued without `datum`, of these kinds of permits and of all."""
    notices = [NoticeKind(code).label for code, data in NOTICES.items() if datum in data]
    own = [
        paper.label for code in sorted(kinds) for paper in kind_or_absent(code).papers if datum in needed(paper.code)
    ]
    return [*notices, *own]


def insist_on_data(agency: Agency, paper: str, on: date, kind: str) -> dict[Datum, str]:
    """The data of `agency` on that day. Raises DatumMissing where the paper must tell what nobody entered."""
    data = official_data(agency, on, kind)
    missing = [str(datum.label) for datum in needed(paper) if datum not in data]
    if missing:
        said = {
            "agency": agency,
            "data": _(", ").join(missing),
            "heads": _(", ").join(str(person) for person in heads_of(agency)) or _("nobody at present"),
        }
        raise DatumMissing(
            _(
                "The paper of this act must name what %(agency)s has not entered yet: %(data)s. Nothing was written. "
                "The agency's head (%(heads)s) enters it on the agency's page, under “Official data”."
            )
            % said
        )
    return data


def series_of(paper: str) -> Datum:
    """The code whose series numbers a paper: decisions, certificates, notices and receipts count apart."""
    own = _paper_kind(paper)
    if own and not own.notice:
        return Datum.CERTIFICATE_CODE if own.certificate else Datum.DECISION_CODE
    if paper in DECISIONS_AFTER:
        return Datum.DECISION_CODE
    if paper == NoticeKind.PERMIT_PAPER:
        return Datum.CERTIFICATE_CODE
    return Datum.RECEIPT_CODE if paper in RECEIPTS else Datum.NOTICE_CODE


def prefix_of(agency: Agency, paper: str, kind: str, data: dict[Datum, str]) -> tuple[str, bool]:
    """What stands before year and serial, and whether it is a code that was entered or read in a source.

    A new paper of a permit of `kind` counts on with the certificates it takes the place of.
    """
    own, series = _paper_kind(paper), series_of(paper)
    if paper == NoticeKind.PERMIT_PAPER:
        own = next((one for one in kind_or_absent(kind).papers if one.certificate), None)
    word = own.series if own else ""
    code = data.get(series, "")
    return (code + word, True) if code else (agency.name + (word or WORD[series]), False)


def _paper_kind(code: str) -> PaperKind | None:
    return next((paper for paper in paper_kinds() if paper.code == code), None)
