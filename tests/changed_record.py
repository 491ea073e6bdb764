"""Ways in which somebody changes what an act says, in the database."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from permits.models import Act, Application


def no_facts(act: Act) -> dict[str, str]:
    return {"body": json.dumps({**json.loads(act.body), "facts": {}})}


def of_other_types(act: Act) -> dict[str, str]:
    content = json.loads(act.body)
    facts = {name: [] if isinstance(value, str) else "别的" for name, value in content["facts"].items()}
    return {"body": json.dumps({**content, "facts": facts, "names": [], "sets": "", "findings": {"": 1}})}


WAYS: dict[str, Callable[[Act], dict[str, str]]] = {
    "nothing in it": lambda act: {"body": "{}"},
    "no mapping": lambda act: {"body": "[]"},
    "no text of ours": lambda act: {"body": "改过"},
    "facts removed": no_facts,
    "facts of other types": of_other_types,
    "a name that is no act": lambda act: {"act": "no_such_act"},
}


@contextmanager
def changed(case: Application, act: str, way: str) -> Iterator[None]:
    """The last act of the name is changed in one of the WAYS, and put back."""
    record = case.acts.filter(act=act).latest("seq")
    rows = Act.objects.filter(pk=record.pk)
    rows.update(**WAYS[way](record))
    yield
    rows.update(body=record.body, act=record.act)
