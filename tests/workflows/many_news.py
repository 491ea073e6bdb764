"""News of many cases for one person, made without walking them: for counting queries."""

from __future__ import annotations

from permits.models import Act, Application
from roles.models import Person
from tests.cast import Cast
from workflows.models import Digest, Notification


def tell_of_cases(cast: Cast, person: Person, many: int, digest: Digest | None = None) -> None:
    """News for `person` until it is of `many` cases: copies of an act that told the unit."""
    like = Act.objects.filter(act="accept").earliest("pk")
    known = person.notifications.values("act__application").distinct().count()
    for number in range(known, many):
        case = Application.objects.create(
            kind="tending", unit=cast.farm, jurisdiction=cast.miyun, number=f"A-{number}", title=f"第{number}号设计"
        )
        act = Act.objects.get(pk=like.pk)
        act.pk, act.application, act.seq, act.hash, act.work_item = None, case, 1, f"{case.pk:064d}", None
        act._state.adding = True
        act.save(force_insert=True)
        Notification.objects.create(person=person, act=act, event="unit", digest=digest)
