"""Land in several districts: which organ answers for each, and what was not done yet for one of them.

令35号 art 10 and 11 name the forestry authority of the county where the land lies. That each of them checks and gives
notice for its own part is a reading (docs/readings.md). No act says for which district it was done: the mandate under
which it was done tells that.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from permits.acts.competence import mandate_of
from permits.models import Act, Application
from roles.mandates import MandateError, SeveralMandates, places_upward
from roles.models import Jurisdiction, Mandate
from roles.models.mandates import Duty
from roles.reference import kept

OF_EACH = ("record_site_check", "publish_notice")
"""Acts that each district does for its own part of the land. 令35号 art 10, 11."""


class Land(Struct, frozen=True):
    """The districts the land of a case lies in, the one filed with first, each with the code of the place whose organ
    reviews first for it."""

    organs: dict[Jurisdiction, str]

    @property
    def shared(self) -> bool:
        """Whether more than one organ reviews first, each for its own part."""
        return len(set(self.organs.values())) > 1

    def done(self, acts: Iterable[Act]) -> dict[Jurisdiction, list[Act]]:
        """Which of `acts` was done for each district, under a mandate of the organ that answers for it, of the district
        itself, or of a place above it. Where one organ answers for all land, every act is for all of it."""
        acts = list(acts)
        if len(self.organs) == 1:
            return dict.fromkeys(self.organs, acts)
        lies = {act.pk: _lies(act.mandate_id) if act.mandate_id else "" for act in acts}
        speak = {place: {organ, *places_upward(place.pk)} for place, organ in self.organs.items()}
        return {place: [act for act in acts if lies[act.pk] in speak[place]] for place in self.organs}

    def left_out(self, acts: Iterable[Act]) -> list[Jurisdiction]:
        """The districts for which none of `acts` was done."""
        return [place for place, done in self.done(acts).items() if not done]


def land_of(application: Application) -> Land:
    """The districts of a case. Each one's own organ answers for it, where the role matrix lets it review first; else
    that of the district filed with, to whose review the land then falls: workflows/flows/common.py asks nobody else."""
    home = application.jurisdiction
    organ = _reviewed_from(application, home) or home.pk
    organs = {home: organ}
    others = (place for place in application.districts.all() if place != home)
    for place in sorted(others, key=lambda place: place.pk):
        organs[place] = place.pk if _reviewed_from(application, place) == place.pk else organ
    return Land(organs)


@kept
def _lies(mandate: int) -> str:
    """The place (GB/T 2260) of the mandate with this key."""
    return Mandate.objects.values_list("jurisdiction", flat=True).get(pk=mandate)


def _reviewed_from(application: Application, place: Jurisdiction) -> str | None:
    """The place of the mandate to review first for land in `place`; None where the matrix names none."""
    try:
        return mandate_of(application, Duty.FIRST_REVIEW, application.law_day, district=place.pk).jurisdiction_id
    except SeveralMandates as unclear:
        return unclear.mandates[0].jurisdiction_id
    except MandateError:
        return None
