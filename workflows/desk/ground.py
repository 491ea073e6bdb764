"""The same ground approved twice, and permits that end soon."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permits.models import GroundClaim, Permit
from permits.models.permit import P
from permits.register.reading import state_name
from roles.days import local_today
from workflows.desk.asked import Asked
from workflows.desk.question import CaseLink, Column, Line, Question, Rows, bounded
from workflows.tables import kind_label

ROWS = 50_000
"""Claims held at once: a piece of ground may have been claimed by very many cases."""


class ApprovedTwice(Question):
    """Ground on which more than one case was approved."""

    slug = "ground"
    title = gettext_lazy("Same ground approved twice")
    says = gettext_lazy("Which parcel or sub-compartment was approved in more than one case?")
    counted = gettext_lazy(
        "Rows of approved cases that name the same district, farm or township, village or compartment and sub-"
        "compartment, folded as the check of each case folds them. Of one kind, unless cases of any kind are "
        "compared: a tending design and the felling permit that follows it speak of the same ground rightly. "
        "“Terms overlap” says whether two permits on it hold on a same day; one withdrawn, revoked or cancelled "
        "is named so."
    )
    fields = ("since", "until", "kind", "place", "unit", "kinds_apart")
    heads = (
        Column(gettext_lazy("Piece of ground")), Column(gettext_lazy("Case")), Column(gettext_lazy("Kind")),
        Column(gettext_lazy("Applicant")), Column(gettext_lazy("Decided on")), Column(gettext_lazy("Permit from")),
        Column(gettext_lazy("Permit to")), Column(gettext_lazy("Permit")), Column(gettext_lazy("Terms overlap")),
    )  # fmt: skip
    none = gettext_lazy("No ground was approved twice.")

    def rows(self, asked: Asked) -> Rows:
        """Each row of each such case, those of one ground together."""
        together = ("key",) if asked.get("kinds_apart") == "any" else ("key", "application__kind")
        cases = asked.cases.filter(asked.on("decided_on"), permit__isnull=False)
        claims = GroundClaim.objects.filter(application__in=cases.values("pk"))
        twice = claims.order_by().values(*together).annotate(n=Count("application", distinct=True)).filter(n__gt=1)
        latest = twice.annotate(last=Max("application__decided_on")).order_by("-last", "key")
        grounds, cut = bounded(latest.values_list(*together))
        found = claims.filter(key__in={ground[0] for ground in grounds})
        found = found.select_related("application__unit", "application__permit")
        rows = found.order_by("key", "application__kind", "application__decided_on", "application", "row")[:ROWS]
        wanted = set(grounds)
        return Rows(
            [row for row in rows if _ground(row)[: len(together)] in wanted],
            cut or len(rows) == ROWS,
            {"apart": len(together)},
        )

    def lines(self, found: Sequence[Any], rows: Rows) -> Iterable[Line]:
        """With the term of each permit."""
        apart: int = rows.more["apart"]
        compared: dict[tuple[str, ...], list[GroundClaim]] = {}
        for claim in rows.found:
            compared.setdefault(_ground(claim)[:apart], []).append(claim)
        for claim in found:
            case, permit = claim.application, claim.application.permit
            others = (one for one in compared[_ground(claim)[:apart]] if one.application_id != case.pk)
            overlap = any(_overlap(permit, one.application.permit) for one in others)
            yield (claim.name, CaseLink.of(case), kind_label(case.kind), case.unit, case.decided_on, permit.valid_from,
                   permit.valid_to, state_name(permit), _("Yes") if overlap else _("No"))  # fmt: skip


def _ground(claim: GroundClaim) -> tuple[str, str]:
    """What is compared of a claim: the piece of ground, and of one kind alone the kind."""
    return claim.key, claim.application.kind


def _overlap(one: Permit, other: Permit) -> bool:
    last, others = one.valid_to or date.max, other.valid_to or date.max
    return one.valid_from <= others and other.valid_from <= last


class PermitsEnding(Question):
    """Permits whose term ends soon."""

    slug = "ending"
    title = gettext_lazy("Permits ending soon")
    says = gettext_lazy("Which permits end within so many days?")
    counted = gettext_lazy(
        "Permits that hold today and whose last day lies within the days asked for, today counted; 30 where nothing is "
        "said. Those without a last day are not among them."
    )
    dates = ""
    fields = ("days", "kind", "place", "unit")
    heads = (
        Column(gettext_lazy("Case")), Column(gettext_lazy("Applicant")), Column(gettext_lazy("Kind")),
        Column(gettext_lazy("Place")), Column(gettext_lazy("Permit from")), Column(gettext_lazy("Permit to")),
        Column(gettext_lazy("Days left"), number=True),
    )  # fmt: skip
    none = gettext_lazy("No permit ends within these days.")

    def rows(self, asked: Asked) -> Rows:
        """The soonest first."""
        today = local_today()
        last = today + timedelta(days=asked.get("days") or 30)
        ending = Permit.objects.filter(
            status=P.VALID,
            valid_from__lte=today,
            valid_to__gte=today,
            valid_to__lte=last,
            application__in=asked.cases.values("pk"),
        )
        return Rows(ending.select_related("application__unit", "application__jurisdiction").order_by("valid_to", "pk"))

    def lines(self, found: Sequence[Any], rows: Rows) -> Iterable[Line]:
        """With the days left."""
        today = local_today()
        for permit in found:
            case = permit.application
            yield (CaseLink.of(case), case.unit, kind_label(case.kind), case.jurisdiction, permit.valid_from,
                   permit.valid_to, (permit.valid_to - today).days)  # fmt: skip
