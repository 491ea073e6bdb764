"""What time brings to cases that wait: acceptance that nobody wrote, a permit whose term ended, a day on which an
obligation is due. `manage.py tick` runs it.

Each case is handled in its own transaction and under its lock. Run twice, at once or a week late, the result is the
same: what was done is not done again, and it is dated by law, not by the run. A case that fails is logged and stops no
other.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from itertools import takewhile
from time import monotonic
from typing import Any, TypeVar

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop as _n

from permits.acts.effects import NOTICE
from permits.acts.life_conditions import EARLIER, WARNED, ask_by, marks_of
from permits.acts.perform import perform
from permits.acts.requests import open_request, silence_grants
from permits.acts.sweeps import Swept, record_lights
from permits.clocks.calendar import WorkCalendar
from permits.clocks.entries import one_reading, runs_of
from permits.clocks.verbs import due_dates
from permits.documents.numbering import pending
from permits.documents.printing import print_one
from permits.drafts.unfinished import sweep_unfinished
from permits.errors import WrongStatus
from permits.kinds import codes
from permits.ledger.keeping import keep_log
from permits.models import Act, Permit
from permits.models.permit import P
from permits.models.states import S
from permits.register.entries import keep_entry, missing_entries
from roles.appointments import keep_groups
from roles.days import local_today
from roles.models.mandates import Duty
from workflows import supervision_sweep as supervision
from workflows.deadlines import keep_every_date
from workflows.keeping import readdress, return_unheld
from workflows.mandates import the_mandate
from workflows.models import OPEN, WorkItem
from workflows.notifications import findings
from workflows.notifications.daily import send_daily
from workflows.notifications.mail import send_due
from workflows.notifications.making import make_pending

log = logging.getLogger(__name__)
K = TypeVar("K", int, tuple[int, dict[str, Any]])
PRINT_SECONDS = 60
FILLED = 2000  # entries of one tick: more wait for the next


def deem_accepted(today: date | None = None) -> Swept:
    """Accept by law what nobody asked to correct in time (许可法 32(1)[4]), once the whole last day has passed. A
    deadline that is still provisional, because the calendar of its year is not published, brings nothing: it may
    move."""
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
    ended = dict(_of_installed().filter(valid_to__lt=day).values_list("pk", "valid_to"))
    return _each(ended, lambda pk: perform(pk, "expire_permit", by=None, ended_on=ended[pk]))


def deem_extended(today: date | None = None) -> Swept:
    """What was asked in time and not decided before the end is extended as asked (许可法 50(2)). Runs before permits
    expire."""
    day = today or local_today()
    over = _of_installed().filter(valid_to__lt=day, application__acts__act="ask_extension").distinct()
    waiting = {permit.pk: permit.application for permit in over.select_related("application__jurisdiction")}

    def deem(pk: int) -> Act:
        asked = open_request(waiting[pk], "ask_extension")
        if asked is None or not silence_grants(waiting[pk]):
            raise WrongStatus
        try:
            mandate = the_mandate(waiting[pk], Duty.DECIDE)
        except WrongStatus as unclear:  # nobody was first: it waits for the role matrix, and the tick says so
            raise LookupError(str(unclear)) from unclear
        return perform(pk, "deem_extended", by=None, mandate=mandate, until=asked.until)

    return _each(waiting, deem)


def warn_of_ends(today: date | None = None) -> Swept:
    """Tell of each end once on reaching each of the days before it; a late tick tells of the nearest only. Nothing is
    told of a day that lies before the first of the term."""
    day = today or local_today()
    near = _of_installed().filter(valid_to__range=(day, day + timedelta(days=EARLIER)))
    waiting = {permit.pk: permit for permit in near.select_related("application")}
    warned = defaultdict[int, list[Act]](list)
    for act in Act.objects.filter(act="warn_of_end", application__in=waiting):
        warned[act.application_id].append(act)

    def warn(pk: int) -> Act:
        permit = waiting[pk]
        ends = permit.valid_to or day
        told = {act.facts["days"] for act in warned[pk] if act.facts["ends"] == ends.isoformat()}
        if min(mark for mark in (EARLIER, *WARNED) if (ends - day).days <= mark) in told:
            raise WrongStatus  # known before anything is computed of the case
        asked_by = ask_by(permit.application, ends, day)
        days = min((mark for mark in marks_of(ends, asked_by) if (ends - day).days <= mark), default=0)
        if not days or ends - timedelta(days=days) < permit.valid_from:
            raise WrongStatus
        return perform(pk, "warn_of_end", by=None, days=days, ends=ends, ask_by=asked_by)

    return _each(waiting, warn)


def keep_obligations() -> Swept:
    """The rows of permits granted before there were any, and of those of which a release declares other obligations."""
    return _each(supervision.to_keep(), supervision.make_rows)


def remind_of_obligations(today: date | None = None) -> Swept:
    """Reminders before a due day, once for each of the marks."""
    return _each(list(supervision.to_remind(today or local_today())), supervision.remind)


def note_overdue(today: date | None = None) -> Swept:
    """Due days that passed, each told once, whenever the tick comes."""
    return _each(list(supervision.overdue(today or local_today())), supervision.note)


def _of_installed() -> QuerySet[Permit]:
    """Valid permits of the kinds there are: a case of another kind can only be read."""
    return Permit.objects.filter(status=P.VALID, application__kind__in=codes()).order_by("pk")


def print_pending() -> Swept:
    """Papers that a crash left reserved and not printed, as many as PRINT_SECONDS allow, so that the mails of a tick do
    not wait for them. The others stay pending, and one that a job is at is left to it."""
    over = monotonic() + PRINT_SECONDS
    waiting = list(pending().values_list("pk", flat=True))
    return _each(takewhile(lambda _pk: monotonic() <= over, waiting), _print_unclaimed)


def _print_unclaimed(pk: int) -> None:
    if not print_one(pk):
        raise WrongStatus


def tick(today: date | None = None) -> dict[str, Swept]:
    """Everything that time brings, by name, each sweep by itself. `today` for tests; by default the day in China."""
    sweeps: dict[str, Callable[[], Swept]] = {
        _n("deemed accepted"): lambda: deem_accepted(today),
        _n("dates kept"): lambda: keep_every_date(today),
        _n("deadlines flagged"): lambda: record_lights(today),
        _n("extensions deemed granted"): lambda: deem_extended(today),
        _n("permits expired"): lambda: expire_permits(today),
        _n("ends of permits announced"): lambda: warn_of_ends(today),
        _n("obligations kept"): keep_obligations,
        _n("obligations announced"): lambda: remind_of_obligations(today),
        _n("obligations overdue"): lambda: note_overdue(today),
        _n("papers printed"): print_pending,
        _n("groups kept"): groups_of_today,
        _n("register filled"): fill_register,
        _n("work handed on"): readdress,
        _n("work returned"): return_unheld,
        _n("news made"): make_pending,
        _n("news of findings made"): findings.make_pending,
        _n("answers to findings announced"): lambda: findings.remind(today),
        _n("mails sent"): send_due,
        _n("mails of findings sent"): findings.send_due,
        _n("daily mails sent"): send_daily,
        _n("sessions taken away"): sessions_over,
        _n("unfinished forms taken away"): lambda: Swept(recorded=sweep_unfinished()),
        _n("record logged"): lambda: Swept(recorded=keep_log(thorough=True)),  # last: what the others wrote, too
    }
    return {name: _alone(name, sweep) for name, sweep in sweeps.items()}


def fill_register() -> Swept:
    """Entries of the public register for what was granted before there was one."""

    def keep(permit: Permit) -> None:
        keep_entry(permit, permit.granted_by.at)

    waiting = {permit.pk: permit for permit in missing_entries()[:FILLED]}
    return _each(waiting, lambda pk: keep(waiting[pk]))


def sessions_over() -> Swept:
    """Sessions that ended by their age are forgotten, with the browsers that were told to those who had them."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    lasting = Session.objects.filter(session_key=OuterRef("session_key"))
    UserSession.objects.filter(~Exists(lasting)).delete()
    return Swept()


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


def _each(keys: Iterable[K], act: Callable[[K], Any], swept: Swept | None = None) -> Swept:
    swept = swept or Swept()
    for key in keys:
        try:
            act(key)
            swept.recorded += 1
        except WrongStatus:  # another run, or a person, was first
            continue
        except Exception:  # whatever is wrong with one, a row nobody foresaw, must not stop the others
            log.exception("%s was left out of the sweep", key)
            swept.failed.append(key if isinstance(key, int) else key[0])
    return swept
