"""Whether a permit is needed at all (许可法 32(1)(1)), and whether this organ is the competent one (32(1)(2)): the
rules' answer beside the role matrix's."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from msgspec import Struct

from permits.kinds import kind_of
from permits.models import Application
from permits.rules import Finding, Verdict
from roles.days import local_today
from roles.mandates import MandateError, the_one_now
from roles.models import Agency, Mandate, OperatingUnit
from roles.models.mandates import Duty


class Elsewhere(Struct, frozen=True):
    """Another organ decides, or several: their names, empty where no source names one, and the findings that say so."""

    organ: str
    findings: tuple[Finding, ...] = ()


def deciding_agency(application: Application) -> Agency | None:
    """The agency the role matrix lets decide; None where it names none or several."""
    return _agency(application, Duty.DECIDE, application.law_day)


def reviewing_agency(application: Application) -> Agency | None:
    """The agency that reviews first and inspects; None where the matrix names none or several."""
    return _agency(application, Duty.FIRST_REVIEW, application.law_day)


def is_municipal(application: Application) -> bool:
    """Whether a municipal state forest farm 市属国有林场 applies, in a kind whose acceptance and first review follow
    the unit's owner (design §5)."""
    of_the_city = application.unit.kind == OperatingUnit.Kind.MUNICIPAL_STATE_FARM
    return bool(of_the_city and kind_of(application).first_review_follows_owner)


def receiving_agency(application: Application) -> Agency | None:
    """The agency that receives what is handed in today: the one to accept. None where the matrix names none or several
    (then no flow goes on either: workflows/mandates.py)."""
    return _agency(application, Duty.ACCEPT, local_today())


def mandate_of(application: Application, duty: str, on: date, *, district: str = "") -> Mandate:
    """The one mandate that has `duty` for `application` by the role matrix of the day `on`, or by today's where its row
    has left the matrix since: for the land in `district`, without one in that filed with. Raises MandateError where
    none has, or several."""
    return the_one_now(
        application.kind, duty, district=district or application.jurisdiction_id, municipal=is_municipal(application),
        on=on, scope=application.scope,
    )  # fmt: skip


def _agency(application: Application, duty: Duty, on: date) -> Agency | None:
    try:
        return mandate_of(application, duty, on).agency
    except MandateError:
        return None


def elsewhere(application: Application, found: Verdict) -> Elsewhere | None:
    """The other organ that decides this case, or None.

    It is another's where a rule says so, or where the agency that decides by law is not the one the role matrix lets
    decide here. A case the State's authority decides on this organ's report is not another's: it is reported up.
    """
    said = found.of("not_competent")
    if said:
        organs = [str(finding.message.facts["organ"]) for finding in said if finding.message.facts.get("organ")]
        return Elsewhere(_(", ").join(dict.fromkeys(organs)) or found.decided_by or "", said)
    here = deciding_agency(application)
    if found.decided_by and here and found.level != "national" and here.name != found.decided_by:
        return Elsewhere(found.decided_by)
    return None


def not_to_be_accepted(application: Application, found: Verdict) -> frozenset[str]:
    """The grounds of 许可法 32(1) that the rules give against accepting the case: no_permit_needed, other_organ."""
    none = {"no_permit_needed"} if found.no_permit_needed else set()
    return frozenset(none | ({"other_organ"} if elsewhere(application, found) else set()))
