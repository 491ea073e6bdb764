"""The jobs that may be queued, by name: a closed list.

A row of `django_q_schedule` names the function it calls, and nothing signs it: whoever can write one row could else
have the job worker run anything (S1 of docs/security-findings.md). A job of another name is replaced, before it is
signed and queued, by one that fails and says so. Queued jobs themselves are signed with `SECRET_KEY`.
"""

from __future__ import annotations

import logging
from typing import Any

from django_q.models import Task
from picklefield.fields import PickledObject

log = logging.getLogger(__name__)

JOBS = frozenset(
    {
        "config.watchdog.beat",
        "permits.documents.printing.print_newest",
        "permits.ledger.keeping.keep_log",
        "permits.verification.nightly.verify_record",
        "roles.forgotten.mail_links",
        "workflows.notifications.findings.make",
        "workflows.notifications.findings.send_of_entry",
        "workflows.notifications.mail.send_of_act",
        "workflows.notifications.making.make",
        "workflows.notifications.posts.mail_line",
        "workflows.sweep.tick",
    }
)
REFUSED = "config.jobs.refuse"
CALLED_AFTERWARDS = ("hook", "chain")
"""Ways of a job to name more functions; nothing here uses them."""

PICKLED = ("args", "kwargs", "result")
"""Columns of the table of what became of jobs."""


class UnknownJob(RuntimeError):
    """A job that is not in the list was asked for; the message names it."""


def only_known(sender: object, task: dict[str, Any], **more: object) -> None:
    """Receiver of django-q's `pre_enqueue`: `task` calls nothing that is not in the list, now or afterwards."""
    named = [task["func"], *(task.pop(name) for name in CALLED_AFTERWARDS if task.get(name))]
    if len(named) == 1 and named[0] in JOBS:
        return
    asked = ", ".join(str(one)[:200] for one in named)
    log.error("a job that is none of ours was asked for and is refused: %s", asked)
    task.update(func=REFUSED, args=(asked,), kwargs={})


def refuse(asked: str) -> None:
    """What runs in the place of an unknown job. Raises UnknownJob, so that the job is kept as a failed one."""
    raise UnknownJob(asked)


def leave_results_packed() -> None:
    """What became of jobs is read as it is written, pickled: nobody asks for it, but the worker reads all of the table
    when it keeps the next, and nothing signs that. Whoever can write one row could else run anything there."""
    for name in PICKLED:
        Task._meta.get_field(name).from_db_value = _as_written


def _as_written(value: str | None, expression: Any, connection: Any) -> PickledObject | None:
    """Kept again, it is not pickled another time."""
    return None if value is None else PickledObject(value)
