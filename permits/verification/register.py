"""The public register: each granted decision has its entry, and the entry says what the record gives for it."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permits.database.reading import among, by_key, keep_related, read
from permits.kinds import kind_of
from permits.models import RegisterEntry
from permits.register.entries import entry_of
from permits.verification.registry import Batch, Problem, each_case
from roles.models import Agency, Jurisdiction


@each_case("register", gettext_lazy("public register"))
def entries(batch: Batch) -> Iterator[Problem]:
    """Nothing granted is left out, nothing in an entry was changed, nothing is withheld that no rule withholds."""
    kept = _kept(list(batch.permits))
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
            yield Problem("register", str(case), told % {"fields": _(", ").join(wrong)})


def _kept(permits: list[int]) -> dict[int, RegisterEntry]:
    """The entries of these permits with place and agency, which many share; without those whose place is none."""
    found = read(RegisterEntry.objects.filter(among("permit", permits)))
    places = Jurisdiction.objects.in_bulk({entry.place_id for entry in found})
    agencies = Agency.objects.in_bulk({entry.agency_id for entry in found if entry.agency_id})
    kept = by_key(entry for entry in found if entry.place_id in places)
    for entry in kept.values():
        keep_related(entry, "place", places[entry.place_id])
        keep_related(entry, "agency", agencies.get(entry.agency_id))
    return kept
