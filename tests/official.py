"""The official data of agencies that tests need, made up: without them no refusal could be issued."""

from __future__ import annotations

from datetime import date

from roles.models import Agency, OfficialDatum, SecurityEvent
from roles.models.official import Datum
from roles.models.security import What
from roles.official_data import told_of

MADE_UP = {
    Datum.RECONSIDERATION: "{place}人民政府",
    Datum.COURT: "{place}人民法院",
    Datum.ADDRESS: "{place}绿林街1号",
    Datum.CONTACT: "政务服务科",
    Datum.PHONE: "010-69000000",
}
SINCE = date(2020, 1, 1)


def enter_official_data() -> None:
    """For every agency of the role matrix that acts somewhere, each with its line of the security log; no codes: those
    keep no paper back."""
    agencies = Agency.objects.exclude(jurisdiction=None).select_related("jurisdiction").order_by("pk")
    rows = [
        OfficialDatum(
            agency=agency, datum=datum, value=value.format(place=agency.jurisdiction), source="示例", valid_from=SINCE
        )
        for agency in agencies
        for datum, value in MADE_UP.items()
    ]
    OfficialDatum.objects.bulk_create(rows)
    SecurityEvent.objects.bulk_create(
        SecurityEvent(what=What.BODY_CHANGED, agency=row.agency, ground=row.source, details=told_of(row))
        for row in rows
    )
