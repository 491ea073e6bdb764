"""The public register: each granted decision has its entry, and the entry says what the record gives for it."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permits.kinds import kind_of
from permits.models import RegisterEntry
from permits.register.entries import entry_of
from permits.verification.registry import Batch, Problem, each_case


@each_case("register", gettext_lazy("public register"))
def entries(batch: Batch) -> Iterator[Problem]:
    """Nothing granted is left out, nothing in an entry was changed, nothing is withheld that no rule withholds."""
    kept = RegisterEntry.objects.select_related("place", "agency").in_bulk(list(batch.permits))
    for case in batch.cases:
        permit = batch.permits.get(case.pk)
        if permit is None or not kind_of(case).installed:
            continue
        entry = kept.get(case.pk)
        if entry is None:
            yield Problem("register", str(case), _("the permit is not in the public register"))
            continue
        said = entry_of(permit, batch.papers.get(case.pk, []))
        if wrong := [name for name, value in said.items() if getattr(entry, name) != value]:
            told = _("the entry in the public register is not what the record gives: %(fields)s")
            yield Problem("register", str(case), told % {"fields": ", ".join(wrong)})
