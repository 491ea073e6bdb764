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
from permits.clocks.entries import local_today
from permits.clocks.verbs import due_dates
from permits.documents.numbering import pending
from permits.documents.printing import render_pending
from permits.documents.signing import NoSeal
from permits.errors import PermitError, WrongStatus
from permits.models import Permit
from permits.models.permit import P
from permits.models.states import S
from roles.appointments import keep_groups
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
    clocks = due_dates(items, day, calendar)

    def passed(pk: int) -> bool:
        reading = clocks[pk].of_step(NOTICE)
        return bool(reading and reading.running and not reading.due.provisional and reading.due.date < day)

    return _each(
        [pk for pk in items if passed(pk)],
        lambda pk: perform(pk, "deem_accepted", by=None, mandate=items[pk].mandate, work_item=items[pk].pk),
    )


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
    """Everything that time brings, by name. `today` for tests; by default the day in China."""
    done = {"deemed accepted": deem_accepted(today), "deadlines flagged": record_lights(today)}
    done |= {"permits expired": expire_permits(today), "papers printed": print_pending()}
    keep_groups()
    done |= {"news made": make_pending(), "mails sent": send_due()}
    return done


def _each(keys: Iterable[int], act: Callable[[int], Any]) -> Swept:
    swept = Swept()
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
