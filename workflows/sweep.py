"""What time brings to cases that wait: an acceptance nobody wrote, a permit whose term ended. `manage.py tick` runs it.

Each case in its own transaction and under its lock. Run twice, at once or a week late, the result is the same: what was
done is not done again, and it is dated by law, not by the run. A case that fails is logged and stops no other.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import date
from itertools import takewhile
from time import monotonic
from typing import Any

from django.db import DatabaseError

from permits.acts.effects import NOTICE
from permits.acts.perform import perform
from permits.acts.sweeps import Swept, expire, record_lights
from permits.clocks.calendar import WorkCalendar
from permits.clocks.entries import local_today, one_reading, runs_of
from permits.clocks.verbs import due_dates
from permits.documents.numbering import pending
from permits.documents.printing import render_pending
from permits.documents.signing import NoSeal
from permits.errors import PermitError, WrongStatus
from permits.models import Act, Permit
from permits.models.permit import P
from permits.models.states import S
from roles.appointments import keep_groups
from workflows.keeping import readdress, return_unheld
from workflows.models import OPEN, WorkItem
from workflows.notifications.mail import send_due
from workflows.notifications.making import make_pending

log = logging.getLogger(__name__)
PRINT_SECONDS = 60


def deem_accepted(today: date | None = None) -> Swept:
    """Accept by law what nobody asked to correct in time (许可法 32(4)), once the whole last day has passed.

    A deadline that is still provisional, because its year's calendar is not published, deems nothing: it may move.
    """
    day, calendar = today or local_today(), WorkCalendar.load()
    waiting = WorkItem.objects.filter(step=NOTICE, status__in=OPEN, application__status=S.SUBMITTED)
    items = {item.application_id: item for item in waiting.select_related("mandate__agency").order_by("pk")}
    swept, over = Swept(), []
    with one_reading():
        runs_of(items)  # in one query; what is computed of them below is computed of each alone
        for pk in items:
            try:
                reading = due_dates([pk], day, calendar)[pk].of_step(NOTICE)
            except Exception:  # a row no clock can be computed from stops no other case
                log.exception("the clocks of case %s cannot be read", pk)
                swept.failed.append(pk)
                continue
            if reading and reading.running and not reading.due.provisional and reading.due.date < day:
                over.append(pk)

    def deem(pk: int) -> Act:
        return perform(pk, "deem_accepted", by=None, mandate=items[pk].mandate, work_item=items[pk].pk)

    return _each(over, deem, swept)


def expire_permits(today: date | None = None) -> Swept:
    """Permits whose last day lies before `today` have expired 失效."""
    day = today or local_today()
    ended = Permit.objects.filter(status=P.VALID, valid_to__lt=day).order_by("pk").values_list("pk", flat=True)
    return _each(list(ended), lambda pk: expire(pk, day))


def print_pending() -> Swept:
    """Papers that a crash left reserved and not printed, as many as PRINT_SECONDS allow, so that the mails of a tick do
    not wait for them. The others stay pending."""
    over = monotonic() + PRINT_SECONDS
    waiting = list(pending().values_list("pk", flat=True))
    return _each(takewhile(lambda _pk: monotonic() <= over, waiting), render_pending)


def tick(today: date | None = None) -> dict[str, Swept]:
    """Everything that time brings, by name, each sweep by itself. `today` for tests; by default the day in China."""
    sweeps: dict[str, Callable[[], Swept]] = {
        "deemed accepted": lambda: deem_accepted(today),
        "deadlines flagged": lambda: record_lights(today),
        "permits expired": lambda: expire_permits(today),
        "papers printed": print_pending,
        "groups kept": groups_of_today,
        "work handed on": readdress,
        "work returned": return_unheld,
        "news made": make_pending,
        "mails sent": send_due,
    }
    return {name: _alone(name, sweep) for name, sweep in sweeps.items()}


def groups_of_today() -> Swept:
    """Groups hold those whose term holds today."""
    keep_groups()
    return Swept()


def _alone(name: str, sweep: Callable[[], Swept]) -> Swept:
    try:
        return sweep()
    except Exception:  # what breaks one sweep must not keep the others from their work
        log.exception("the sweep “%s” broke off", name)
        return Swept(broken=True)


def _each(keys: Iterable[int], act: Callable[[int], Any], swept: Swept | None = None) -> Swept:
    swept = swept or Swept()
    for key in keys:
        try:
            act(key)
            swept.recorded += 1
        except WrongStatus:  # another run, or a person, was first
            continue
        except (PermitError, NoSeal, DatabaseError, LookupError, ValueError, OSError):
            log.exception("%s was left out of the sweep", key)
            swept.failed.append(key)
    return swept
