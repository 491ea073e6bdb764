"""Views that are imported with their first request: the start of a process does without the libraries of few pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.module_loading import import_string


def late(dotted: str) -> Callable[..., HttpResponseBase]:
    """The view of that dotted name. Its request, not the start, raises ImportError where there is none: each address
    is asked for by `tests/test_access_table.py`."""

    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer: HttpResponseBase = import_string(dotted)(request, *args, **kwargs)
        return answer

    view.__name__ = view.__qualname__ = dotted.rpartition(".")[2]
    view.__module__ = dotted.rpartition(".")[0]
    return view
