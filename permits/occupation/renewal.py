"""The renewal of a temporary use 延续临时使用林地 (令35号 art 20): what the register knows of the consent it renews."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from django.db.models import Q
from django.utils.translation import gettext as _

from permits.contract.terms import years_of
from permits.models import Application
from permits.models.document import NoticeKind
from permits.models.permit import ENDED_EARLY
from permits.models.states import S
from permits.occupation.columns import KEY
from permits.occupation.models import LandOccupation

CONSENTS: Final = (
    "temporary_consent", "occupation_approval", NoticeKind.PERMIT_PAPER, NoticeKind.PERMIT_EXTENDED
)  # fmt: skip
"""The papers of an approval (kind.py), and those of its extension, which took the place of the first: either may be
named."""


def facts_of(head: LandOccupation) -> dict[str, Any]:
    """What a case file says of a renewal; nothing where the head names no earlier consent."""
    if head.tenure != "temporary" or not head.renews:
        return {}
    years = {} if head.years_before is None else {"years_before": str(head.years_before)}
    return {"renewal_of": head.renews, **years}


def earlier(application: Application, number: str) -> LandOccupation | None:
    """The temporary use that the paper `number` of the same unit consented to; None where the register has none, or one
    that a decision ended before its last day: that is not continued by itself."""
    granted = LandOccupation.objects.filter(
        tenure="temporary",
        application__status=S.APPROVED,
        application__unit=application.unit_id,
        application__documents__number=number.strip(),
        application__documents__kind__in=CONSENTS,
    )
    ended = Q(application__permit__status__in=ENDED_EARLY)
    return granted.exclude(ended | Q(application=application.pk)).distinct().first()


def same_parcels(application: Application, number: str, rows: Sequence[Any]) -> bool | None:
    """Whether every parcel was consented to by the paper `number`, with no less area; None where it is not in the
    register, so that an officer has to look."""
    before = earlier(application, number)
    if before is None:
        return None
    parcels: list[Any] = list(before.rows.all())
    areas = {_place(row): row.area_ha or Decimal(0) for row in parcels}
    return all((row.area_ha or Decimal(0)) <= areas.get(_place(row), Decimal(-1)) for row in rows)


def years_left_out(application: Application, head: LandOccupation) -> Iterator[str]:
    """Says so where fewer years are declared than the register knows."""
    before = earlier(application, head.renews) if head.renews and head.years_before is not None else None
    if before is None or before.years is None:
        return
    permit = before.application.permit  # an extension made its term another one than was applied for
    granted = years_of(permit.valid_from, permit.valid_to) if permit.valid_to else before.years
    known = max(before.years, granted) + (before.years_before or Decimal(0))
    if head.years_before is not None and head.years_before < known:
        facts = {"number": head.renews, "years": f"{known.normalize():f}"}
        yield _("With the consent %(number)s the use was consented to for %(years)s years in all.") % facts


def _place(row: Any) -> tuple[str, ...]:
    return tuple(str(getattr(row, name) or "") for name in KEY)
