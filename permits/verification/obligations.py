"""Obligations after approval: the index that lists filter by, computed anew from the record."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permits.aftercare.rows import ought, said
from permits.aftercare.standing import of_record
from permits.database.reading import among, read
from permits.kinds import kind_of
from permits.models import ObligationRow
from permits.verification.registry import Batch, Problem, each_case


@each_case("obligations", gettext_lazy("obligations after approval"))
def rows(batch: Batch) -> Iterator[Problem]:
    """Each permit has the rows that its acts make, and no others."""
    stand: dict[int, dict[str, ObligationRow]] = {}
    for row in read(ObligationRow.objects.filter(among("permit", list(batch.permits)))):
        stand.setdefault(row.permit_id, {})[row.code] = row
    for case in batch.cases:
        permit = batch.permits.get(case.pk)
        if permit is None or not kind_of(case).installed:
            continue
        recorded = {row[1]: row for row in ought(of_record(case, permit, batch.acts.get(case.pk, [])))}
        has = stand.get(case.pk, {})
        for code in sorted(recorded.keys() | has.keys()):
            if code not in has:
                yield Problem("obligations", str(case), _("the obligation %(code)s has no row") % {"code": code})
            elif code not in recorded:
                yield Problem("obligations", str(case), _("the obligation %(code)s is none of it") % {"code": code})
            elif said(has[code]) != recorded[code]:
                told = _("the obligation %(code)s stands otherwise in the list than by the record")
                yield Problem("obligations", str(case), told % {"code": code})
