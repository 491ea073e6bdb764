"""What is asked of rights and of the role matrix again and again within one act or one page is read once.

Rights are read from the database at each question, so that a term ended this second counts this second. An act asks the
same question at a dozen places, inside one transaction; a page asks it for every list it shows. Within `one_look` the
first answer stands for all of them: one page and one act tell one state of things.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

from django.http import HttpRequest, HttpResponse

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")

_answers: ContextVar[dict[Any, Any] | None] = ContextVar("answers", default=None)


@contextmanager
def one_look() -> Iterator[None]:
    """Within it, and within those inside it, each question of `once` is asked of the database once."""
    if _answers.get() is not None:
        yield
        return
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def once(ask: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
    """The function, whose answer is kept for the rest of `one_look`; outside of one it is asked anew each time.

    Its arguments are hashable, its answer is not changed by who gets it.
    """

    @functools.wraps(ask)
    def asked(*args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
        answers = _answers.get()
        if answers is None:
            return ask(*args, **kwargs)
        question = (ask, args, tuple(kwargs.items()))
        if question not in answers:
            answers[question] = ask(*args, **kwargs)
        found: Answer = answers[question]
        return found

    return asked


def answered(asked: Callable[[], Answer], answer: Answer) -> None:
    """Within `one_look`, `asked` (a function of `once`) has its answer: it came with another question."""
    answers = _answers.get()
    if answers is not None:
        answers.setdefault((asked.__wrapped__, (), ()), answer)  # type: ignore[attr-defined]


def one_look_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A page that only shows asks once; a request that may change something asks anew, its act has its own look."""

    def look(request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            return get_response(request)
        with one_look():
            return get_response(request)

    return look
