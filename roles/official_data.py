"""The official data of agencies 机关公文资料: what holds on a day, and entering what holds from a day on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from roles.authority import insist, runs
from roles.days import local_today
from roles.kinds import series_of
from roles.models import Agency, AgencyGrant, Membership, OfficialDatum, Person
from roles.models.mandates import current
from roles.models.official import CODES, Datum
from roles.models.security import SecurityEvent, What
from roles.reference import kept
from roles.security_log import note

CODE: Final = re.compile(r"[\u4e00-\u9fffA-Za-z]{1,20}")  # 机关代字 of GB/T 9704: words alone, no year and no brackets
Data = dict[Datum, str]


@kept
def official_data(agency: Agency, on: date, kind: str = "") -> Data:
    """What papers of `agency` say of it on day `on`, in cases of `kind`; a datum that is not known is not in it.

    What no row tells comes from the role matrix: the code read in a source, which began decisions, and the telephone.
    """
    code, phone = Agency.objects.values_list("document_prefix", "phone").get(pk=agency.pk)
    read = {Datum.DECISION_CODE: code, Datum.PHONE: phone}
    rows = OfficialDatum.objects.filter(Q(kind="") | Q(kind=kind), agency=agency, valid_from__lte=on)
    told = {Datum(row.datum): row.value for row in rows.order_by("kind", "valid_from", "pk")}
    return {datum: value for datum, value in (read | told).items() if value}


def rows_in_force(agency: Agency, on: date) -> list[OfficialDatum]:
    """The newest row of each datum and kind on day `on`, with those still to come."""
    rows = OfficialDatum.objects.filter(agency=agency).select_related("entered_by").order_by("valid_from", "pk")
    newest = {(row.datum, row.kind): row for row in rows if row.valid_from <= on}
    return [*newest.values(), *(row for row in rows if row.valid_from > on)]


def heads_of(agency: Agency) -> list[Person]:
    """Who heads the agency today, and so may enter its data."""
    held = Q(memberships__in=_terms_of_heads(agency))
    return list(Person.objects.filter(held, is_active=True).distinct().order_by("name"))


def _terms_of_heads(agency: Agency) -> QuerySet[Membership]:
    groups = AgencyGrant.objects.filter(current(), permission__codename="head", content_object=agency).values("group")
    return Membership.objects.filter(current(), post__agency=agency, post__group__in=groups)


@transaction.atomic
def enter_official_datum(
    agency: Agency,
    datum: str,
    value: str,
    *,
    by: Person | None = None,
    source: str,
    valid_from: date | None = None,
    kind: str = "",
) -> OfficialDatum:
    """`value` holds from `valid_from` (default: today) on; what stood there before stays for the days before.

    `by` heads the agency; None is a command, which alone may date back. An empty value takes the datum away. Papers
    already numbered keep their numbers. Raises PermissionDenied, and ValidationError by field.
    """
    insist(by is None or runs(by, agency))
    today = local_today()
    first = valid_from or today
    if by is not None and first < today:
        raise ValidationError({"valid_from": _("This day is over: papers of that day are written already.")})
    value = " ".join(value.split())
    if datum in CODES and value:
        _check_code(agency, value)
    row = OfficialDatum.objects.create(
        agency=agency, datum=datum, kind=kind, value=value, source=source, valid_from=first, entered_by=by
    )
    note(What.BODY_CHANGED, by=by, body=agency, ground=source, told=told_of(row))
    return row


def told_of(row: OfficialDatum) -> dict[str, str]:
    """What the line of the security log says of it."""
    return {"datum": row.datum, "kind": row.kind, "value": row.value, "since": row.valid_from.isoformat()}


def _check_code(agency: Agency, value: str) -> None:
    """A code is words alone, and nobody else's: two agencies would count in one series."""
    if not CODE.fullmatch(value):
        raise ValidationError({"value": _("A code is at most 20 characters, without year, brackets and number.")})
    taken = set(OfficialDatum.objects.filter(datum__in=CODES).exclude(agency=agency).values_list("value", flat=True))
    taken |= set(Agency.objects.exclude(pk=agency.pk).values_list("document_prefix", flat=True))
    if any(series_of(value) & series_of(code) for code in taken if code):
        raise ValidationError({"value": _("Another agency numbers its papers with this code.")})


def differences() -> Iterator[str]:
    """Data of which no line of the security log tells, in words: each was entered with one, and a row put in by hand
    would stand in every later paper of its agency."""
    lines = SecurityEvent.objects.filter(what=What.BODY_CHANGED, details__has_key="datum")
    columns = lines.values_list("agency", "by", "ground", "details")
    told = Counter((*keys, *sorted(said.items())) for *keys, said in columns.iterator())
    for row in OfficialDatum.objects.select_related("agency").order_by("pk").iterator():
        stands = row.agency_id, row.entered_by_id, row.source, *sorted(told_of(row).items())
        if not told[stands]:
            yield _("%(row)s: no line of the security log tells of it") % {"row": row}
        told[stands] -= 1
