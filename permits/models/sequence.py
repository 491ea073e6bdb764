"""Running numbers without gaps: the row is locked while it counts, and a rolled-back act gives its number back."""

from __future__ import annotations

from django.db import transaction

from .document import NumberSequence


def take_number(prefix: str, year: int) -> int:
    """The next number under `prefix` in `year`, from 1. Call inside the transaction that uses it."""
    with transaction.atomic():
        NumberSequence.objects.get_or_create(prefix=prefix, year=year)
        row = NumberSequence.objects.select_for_update().get(prefix=prefix, year=year)
        row.last += 1
        row.save(update_fields=["last"])
    return row.last
