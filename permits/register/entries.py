"""The entry that a granted decision has in the public register: computed from the record, with its masks applied.

Made in the transaction of the act that grants, and anew with each act that moves the permit or changes what it says; it
can be made anew from the record at any time (`manage.py keep_register`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from copy import copy
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import translation

from permits.documents.forms.common import in_public
from permits.documents.holder import as_decided, changed_name
from permits.documents.life_papers import as_granted
from permits.documents.masking import masked
from permits.documents.of_permit import granting_kinds, reported_to
from permits.documents.standard import matter_of, public_facts
from permits.kinds import kind_of, paper_kinds
from permits.models import Act, Application, Document, Permit, RegisterEntry
from permits.models.document import NoticeKind
from permits.models.submission import last_submission
from permits.register.masking import shown_code, shown_name, withheld

ONLY_POSTED: Final = frozenset({"申请人", "图件"})
"""What a public notice says of itself, or the entry says elsewhere."""
SITE: Final = "地点"
"""How the head of the fact that tells the place ends."""
DROPPED: Final = str.maketrans("", "", "〔〕[]()【】“”\"'《》·")


def fold(text: str) -> str:
    """A text as it is searched: width, case, blanks and brackets do not matter."""
    plain = unicodedata.normalize("NFKC", text).lower().translate(DROPPED)
    return "".join(plain.split())


HOLD: Final = (Document.Status.ISSUED, Document.Status.PENDING)


def keep_entry(permit: Permit, at: datetime, papers: Sequence[Document] | None = None) -> RegisterEntry:
    """Make or renew the entry of `permit`. `at`: when what it says last changed; `papers` as of `entry_of`. Of a kind
    that is not installed nothing can be computed: an entry that is there is left as it is, and none is listed that is
    not."""
    if not kind_of(permit.application).installed:
        unknown = _common(permit) | {"withheld": "kind", "holder": "", "matter": "", "search": "", "changed_at": at}
        return RegisterEntry.objects.get_or_create(permit=permit, defaults=unknown)[0]
    said = entry_of(permit, papers) | {"changed_at": at}
    # one statement, whether there is an entry already or not
    (entry,) = RegisterEntry.objects.bulk_create(
        [RegisterEntry(permit=permit, **said)],
        update_conflicts=True, unique_fields=["permit"], update_fields=list(said),
    )  # fmt: skip
    return entry


def entry_of(permit: Permit, papers: Sequence[Document] | None = None) -> dict[str, Any]:
    """The fields of the entry but `changed_at`. `papers`: the case's, oldest first, where they have been read already.
    LookupError where nothing was handed in."""
    with translation.override("zh-hans"):
        application = _as_granted(permit)
        unit, facts = application.unit, public_facts(application, permit.granted_by)
        name = changed_name(application)
        own = ((head, text) for head, text in as_granted(facts) if head not in ONLY_POSTED)
        told = [(head, masked(text, application)) for head, text in own]
        said = _common(permit, papers) | _extent(application) | {
            "withheld": withheld(facts),
            "holder": in_public(name, person=unit.kind == unit.Kind.PERSON) if name else shown_name(unit),
            "holder_code": shown_code(unit),
            "matter": masked(matter_of(application, permit.granted_by).title.replace("\n", ""), application)[:500],
            "site": next((text for head, text in told if head.endswith(SITE)), "")[:500],
            "facts": [list(pair) for pair in told],
        }  # fmt: skip
        named = ("number", "certificate", "holder", "holder_code", "matter", "site")
        return said | {"search": "\n".join(fold(str(said[field])) for field in named)}


def _as_granted(permit: Permit) -> Application:
    """The case with the day on which it was granted, by which kinds tell the term: while it is decided anew it has no
    day of decision, and refused then that of the refusal. And with the unit as its papers call it: what the
    administrator enters of it later, another name or code, was not granted to."""
    application = copy(permit.application)
    application.decided_on = permit.granted_by.decided_on
    application.unit = copy(application.unit)
    for name, value in as_decided(application, permit.granted_by).items():
        setattr(application.unit, name, value)
    return application


def missing_entries() -> QuerySet[Permit]:
    """Permits without an entry: granted before there was a register."""
    found = Permit.objects.filter(entry=None).order_by("pk")
    return found.select_related("application__unit", "application__jurisdiction", "granted_by__agency")


def papers_of(application: Application) -> list[Document]:
    """The papers that gave the permit or that the holder was given since in their place, the oldest first."""
    found = application.documents.filter(kind__in=granting_kinds()).select_related("agency", "act")
    return list(found.order_by("pk"))


def _common(permit: Permit, papers: Sequence[Document] | None = None) -> dict[str, Any]:
    """The fields that every entry has, of a kind that is not installed any more, too."""
    application, act = permit.application, permit.granted_by
    decision, certificate = _decision_and_certificate(act, papers_of(application) if papers is None else papers)
    agency = decision.agency if decision else act.agency
    organ = reported_to(act) or act.agency_name or (agency.name if agency else "")
    return {
        "kind": application.kind,
        "place": application.jurisdiction,
        "agency": agency,
        "organ": organ[:160],
        "decided_on": act.decided_on,
        "number": decision.number if decision else act.facts.get("number", ""),
        "certificate": certificate.number if certificate else "",
    }


def _decision_and_certificate(grant: Act, papers: Sequence[Document]) -> tuple[Document | None, Document | None]:
    """The paper of the approval `grant`, and what the holder carries; of no approval that was annulled before.

    A remedy may have given an earlier certificate its force back: the last one that holds. Of a permit that ended, the
    last that was carried."""
    codes = granting_kinds()
    carried = {paper.code for paper in paper_kinds() if paper.certificate} | {NoticeKind.PERMIT_PAPER}
    own = [paper for paper in papers if paper.kind in codes and paper.act_id >= grant.pk]
    decision = next((paper for paper in own if paper.kind not in carried), None)
    certificates = [paper for paper in reversed(own) if paper.kind in carried]
    holding = (paper for paper in certificates if paper.status in HOLD)
    return decision, next(holding, next(iter(certificates), None))


def _extent(application: Application) -> dict[str, Decimal | None]:
    """Hectares and cubic metres as handed in last; None where the kind asks for none."""
    last = last_submission(application)
    parts = kind_of(application).extent(last.content["asked"]) if last else ()
    hectares, cubic_metres = (sum((getattr(one, name) for one in parts), Decimal(0)) for name in
                              ("hectares", "cubic_metres"))  # fmt: skip
    return {"hectares": hectares or None, "cubic_metres": cubic_metres or None}
