"""The periods an agency promises 承诺时限: each written with its line of the security log, which proves them."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction
from django.utils.translation import gettext as _

from permits.models import PromisedPeriod
from roles.models import Agency, Person
from roles.models.security import SecurityEvent, What
from roles.security_log import note

Named = tuple[str, str, str]
"""Agency, kind, period."""


@transaction.atomic
def promise(agency: Agency, *, kind: str, period: str, working_days: int, source: str, by: Person | None) -> None:
    """From now on `agency` acts within `working_days`, as `source` says; 0 takes its promise back. It replaces an older
    one for the same period."""
    older = PromisedPeriod.objects.filter(agency=agency, kind=kind, period=period)
    if working_days:  # two at once: the later one stands
        said = {"working_days": working_days, "source": source}
        older.update_or_create(agency=agency, kind=kind, period=period, defaults=said)
    else:
        older.delete()
    told = {"kind": kind, "period": period, "working_days": working_days}
    note(What.BODY_CHANGED, by=by, body=agency, ground=source, told=told)


def differences() -> Iterator[str]:
    """Where the promises differ from what the security log tells of them, in words."""
    recorded: dict[Named, tuple[int, str]] = {}
    told = SecurityEvent.objects.filter(what=What.BODY_CHANGED, agency__isnull=False).order_by("pk")
    for line in told.select_related("agency"):
        if "period" in line.details:
            named = str(line.agency), line.details["kind"], line.details["period"]
            recorded[named] = line.details["working_days"], line.ground
    recorded = {named: said for named, said in recorded.items() if said[0]}
    standing = {
        (str(one.agency), one.kind, one.period): (one.working_days, one.source)
        for one in PromisedPeriod.objects.select_related("agency")
    }
    for named in sorted(recorded.keys() | standing.keys()):
        if recorded.get(named) != standing.get(named):
            yield _("the promised period %(named)s is %(stands)s, the security log says %(recorded)s") % {
                "named": " · ".join(named), "stands": standing.get(named, "—"), "recorded": recorded.get(named, "—"),
            }  # fmt: skip
