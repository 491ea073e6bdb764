"""Room on Python's stack of frames, which grows and shrinks by blocks of 16 KB.

Where the calls of a loop go back and forth over the end of a block, CPython up to 3.12 asks the system for the next one
and gives it back at every turn (CPython issue 142183; mended in 3.13). A request in a test stands about eighty calls
deeper than one at a web server, and its templates loop there: it cost a fifth of the time of the tests. A function that
says it needs much gets one large block, and what it calls uses the rest; the system gives memory only to what is used.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")

SLOTS = 1 << 16
"""Of eight bytes: a block of 1 MB, half of which is left for the calls."""


def with_room(call: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
    """The same function, whose calls have room."""

    def roomy(*args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
        return call(*args, **kwargs)

    roomy.__code__ = roomy.__code__.replace(co_stacksize=SLOTS)
    return roomy
