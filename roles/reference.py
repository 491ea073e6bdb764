"""Reference data: terms in posts, delegations, rights, the role matrix, official data, promised periods, the calendar.

They change a few times a day and are asked at every act and on every page. An answer from them is kept in this process
for as long as nothing of them changes: the database stamps each change with a new random value (`ReferenceStamp`), in
the transaction that makes it. Whoever sees a change sees its stamp, and a change that is undone takes its stamp along.
So a term ended this second counts this second, in every process, for one short query instead of a dozen. They are
asked at first hand, also while a page is read from a replica.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable
from datetime import date
from threading import Lock
from typing import Any, ParamSpec, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.expressions import RawSQL

from roles.aside import at_first_hand
from roles.days import local_today
from roles.looks import answered, once

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")
Row = TypeVar("Row", bound=Model)

STATES = 4
"""How many states are kept side by side: today's, and those that transactions under way see before others do."""
ANSWERS = 20_000
"""Answers kept of one state; then all are let go. Some ten megabytes."""

_states: dict[tuple[str, date], dict[Hashable, Any]] = {}
_changing = Lock()


@once
def stamp() -> str | None:
    """The stamp of what this connection sees now. One query, and within `one_look` one in all."""
    with connection.cursor() as cursor:
        cursor.execute(_query())
        row = cursor.fetchone()
    return row[0] if row else None


def read_with_stamp(rows: QuerySet[Row]) -> list[Row]:
    """The rows, which are asked for at first hand; the stamp comes with them, and answers `stamp` within `one_look`."""
    found = list(rows.annotate(stamp=RawSQL(_query(), ())))  # noqa: S611 - constants
    if found:
        answered(stamp, found[0].stamp)  # type: ignore[attr-defined]
    return found


def _query() -> str:
    own = " || coalesce(current_setting('permits.stamp', true), '')" if connection.vendor == "postgresql" else ""
    return f"SELECT stamp{own} FROM roles_referencestamp"  # noqa: S608 - constants


def kept(ask: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
    """The function, whose answer is kept until something of the reference data changes, or the day does.

    It reads nothing but reference data, and those from the database: a row it is given stands for its key, and may have
    been read before the change whose stamp is seen now. Its arguments are hashable; nobody changes its answer, which is
    given to all threads.
    """

    @functools.wraps(ask)
    def asked(*args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
        seen = stamp()
        if seen is None:
            with at_first_hand():
                return ask(*args, **kwargs)
        answers = _answers(seen)
        question = (ask, *map(_key, args), *((name, _key(said)) for name, said in kwargs.items()))
        found: Answer = answers.get(question, answers)  # not None, which is an answer
        if found is answers:
            with at_first_hand():
                found = ask(*args, **kwargs)
            if len(answers) >= ANSWERS:
                answers.clear()
            answers[question] = found
        return found

    return asked


@kept
def kept_row(model: type[Row], key: int | None, *beside: str) -> Row | None:
    """The row of reference data with this key, with those `beside` it; None: there is none. The same for all."""
    return None if key is None else model._default_manager.select_related(*beside).filter(pk=key).first()


def _key(said: Any) -> Hashable:
    return (type(said), said.pk) if isinstance(said, Model) else said


def _answers(seen: str) -> dict[Hashable, Any]:
    state = (seen, local_today())
    answers = _states.get(state)
    if answers is None:
        with _changing:
            answers = _states.setdefault(state, {})
            while len(_states) > STATES:
                del _states[next(iter(_states))]
    return answers
