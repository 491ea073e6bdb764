"""Template cases: walked through the door as the demonstration's are, then read with every row that hangs on them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone
from msgspec.structs import replace

from permits.acts.sweeps import Swept
from permits.clocks.calendar import WorkCalendar
from permits.errors import PermitError
from permits.models import Act, Application, Permit
from permits.models.states import FINAL, S
from permits.tables.example import Example
from roles.days import local_today
from roles.models import Agency, Person
from workflows.demo import programme
from workflows.demo.walk import Walker
from workflows.notifications.making import make_pending
from workflows.sweep import expire_permits

AGED = (620, 500, 380)
"""Working days before today on which the cases are begun whose permits have run out since: the first that will do."""
Row = dict[str, Any]


@dataclass
class Template:
    """One walked case: its rows by model, what its acts and its submissions say, and where it is at home."""

    application: Application
    rows: dict[type[models.Model], list[models.Model]]
    acts: dict[int, dict[str, Any]]
    handed_in: dict[int, dict[str, Any]]
    ends: date
    """The day of its last act."""
    valid_to: date | None
    expired: bool
    agencies: frozenset[str]
    """Keys of the agencies that acted in it or were asked."""

    @property
    def closed(self) -> bool:
        """Whether the case has ended."""
        return self.application.status in FINAL


def models_of_a_case() -> list[type[models.Model]]:
    """Every model with rows that belong to a case, those a row points to before the row."""
    found: list[type[models.Model]] = [Application]
    growing = True
    while growing:
        new = [
            model
            for model in apps.get_models(include_auto_created=True)
            if model not in found and any(_target(field) in found for field in model._meta.concrete_fields)
        ]
        found += new
        growing = bool(new)
    return found


def _target(field: models.Field[Any, Any]) -> Any:
    return field.remote_field.model if field.remote_field else None


def walk(people: dict[str, Person], spread: int | None = None) -> None:
    """Walk the demonstration's cases through the door; `spread`: that many of them, alike over the list. Those approved
    are walked once more so long ago that the permits ran out, and the sweep says so."""
    calendar, today = WorkCalendar.load(), local_today()
    programme.allot(people, range(today.year - 4, today.year + 1))
    examples = list(programme.examples())
    if spread and spread < len(examples):
        examples = [examples[number * len(examples) // spread] for number in range(spread)]
    for ordinal, (code, example) in enumerate(examples, 1):
        _play(code, example, people, calendar, ordinal)
    approved = Application.objects.filter(status=S.APPROVED).order_by("pk").values_list("pk", flat=True)
    first = Application.objects.order_by("pk").values_list("pk", flat=True)[0]
    for pk in list(approved):
        code, example = examples[pk - first]
        _play_long_ago(code, example, people, calendar, 500 + pk)
    _insist(expire_permits())
    _insist(make_pending())


def _play(code: str, example: Example, people: dict[str, Person], calendar: WorkCalendar, ordinal: int) -> None:
    begins = programme.begins(example, local_today(), calendar)
    with transaction.atomic():  # one flush to the disk for each case instead of one for each act
        programme.play(code, example, Walker(people, begins), ordinal)


def _play_long_ago(
    code: str, example: Example, people: dict[str, Person], calendar: WorkCalendar, ordinal: int
) -> None:
    """The example begun so long ago that its permit has run out. Where the rules of those days refuse it, less long
    ago; where they always do, not at all."""
    for days in AGED:
        try:
            return _play(code, replace(example, ago=days), people, calendar, ordinal)
        except PermitError:
            continue


def _insist(swept: Swept) -> None:
    if swept.failed or swept.broken:
        raise RuntimeError(f"a sweep over the template cases failed: {swept}")


def read() -> list[Template]:
    """Every case there is, as a template."""
    closure = models_of_a_case()
    by_case = _rows_by_case(closure)
    return [_template(application, by_case[application.pk]) for application in Application.objects.order_by("pk")]


def _rows_by_case(closure: Sequence[type[models.Model]]) -> dict[int, dict[type[models.Model], list[models.Model]]]:
    """Rows of each model by case: that of the first row they point to whose case is known."""
    case_of: dict[type[models.Model], dict[Any, int]] = {}
    by_case: dict[int, dict[type[models.Model], list[models.Model]]] = defaultdict(lambda: defaultdict(list))
    for model in closure:
        case_of[model] = {}
        to = [field for field in model._meta.concrete_fields if _target(field) in case_of and _target(field) != model]
        for row in model._default_manager.order_by("pk"):
            found = row.pk if model is Application else _case_of(row, to, case_of)
            if found is not None:
                case_of[model][row.pk] = found
                by_case[found][model].append(row)
    return by_case


def _case_of(
    row: models.Model,
    to: Iterable[models.Field[Any, Any]],
    case_of: dict[type[models.Model], dict[Any, int]],
) -> int | None:
    known = (case_of[_target(field)].get(getattr(row, field.attname)) for field in to)
    return next((case for case in known if case is not None), None)


def _template(application: Application, rows: dict[type[models.Model], list[models.Model]]) -> Template:
    acts: list[Any] = rows[Act]
    submissions: list[Any] = [row for model, found in rows.items() if model.__name__ == "Submission" for row in found]
    permit = Permit.objects.filter(pk=application.pk).first()
    slugs = dict(Agency.objects.values_list("pk", "slug"))
    items = [row for model, found in rows.items() if model.__name__ == "WorkItem" for row in found]
    asked = {item.mandate.agency_id for item in items if item.mandate_id}
    return Template(
        application=application,
        rows=rows,
        acts={act.pk: json.loads(act.body) for act in acts},
        handed_in={one.pk: json.loads(one.body) for one in submissions},
        ends=timezone.localdate(acts[-1].at),
        valid_to=permit.valid_to if permit else None,
        expired=any(act.act == "expire_permit" for act in acts),
        agencies=frozenset(slugs[pk] for pk in asked | {act.agency_id for act in acts} if pk),
    )


def home_word(template: Template, districts: dict[str, str]) -> str | None:
    """The word of the one district whose agencies took part; None where several did, or it is none of Beijing's."""
    home = districts.get(template.application.jurisdiction_id)
    words = {slug.split("-")[1] for slug in template.agencies if slug.split("-")[1] in districts.values()}
    return home if home and words <= {home} else None
