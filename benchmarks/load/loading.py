"""The whole load: people, templates, copies over the years, running numbers, the transparency log."""

from __future__ import annotations

import io
import random
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from multiprocessing import get_context
from time import perf_counter

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.db.models import F
from django.utils import timezone

from benchmarks.load import templates
from benchmarks.load.bare import AT_ONCE, bare
from benchmarks.load.copies import Copyist, Counters, issue
from benchmarks.load.guard import refuse_unless_for_benchmarks
from benchmarks.load.places import Places
from benchmarks.load.staff import Staff, enter
from benchmarks.load.templates import Template
from benchmarks.load.writing import Writer
from permits.acts import quotas
from permits.aftercare.rows import keep_rows
from permits.aftercare.standing import aftercare_of
from permits.ledger import sequencer
from permits.ledger.keys import make_key
from permits.models import Document, NumberSequence, Permit, QuotaMovement
from permits.models.document import DocumentFile
from permits.register.entries import keep_entry
from roles.days import local_today
from roles.models import Jurisdiction, Person
from workflows.demo import cast

SEED = 20260815
YEARS = 5
OPEN_SHARE = 0.04
"""Of all cases: the last weeks of five years."""
KINDS = {"tending": 0.55, "felling": 0.30, "occupation": 0.10, "introduction": 0.05}
CASES_AT_ONCE = 200
LEAVES_AT_ONCE = 20_000
QUOTA = Decimal(90_000_000)


@dataclass(frozen=True)
class Loaded:
    """How much was loaded, and in how many seconds: templates walked, copies written, log grown."""

    cases: int
    templates: int
    rows: int
    walking: float
    copying: float
    logging: float


def load(cases: int, *, spread: int | None = None, log: bool = True, words: bool = True) -> Loaded:
    """Fill the empty database at hand with `cases` cases of all kinds over the last five years.

    Past the door: see the package's docstring. `spread` walks only so many templates; `log` also fills the transparency
    log, by its own sequencer; without `words` nobody can search for words in acts (see bare.WORDS). Memory is that of
    CASES_AT_ONCE cases. Raises guard.Refused.
    """
    refuse_unless_for_benchmarks()
    chance = random.Random(SEED)  # noqa: S311 - the same cases each time, no secret
    began = perf_counter()
    staff, found = _templates(spread)
    walked = perf_counter()
    with bare([*templates.models_of_a_case()], words=words):
        rows = _copies(cases - len(found), found, staff, chance)
    _compute_of_permits()
    copied = perf_counter()
    if log:
        fill_log()
    return Loaded(cases, len(found), rows, walked - began, copied - walked, perf_counter() - copied)


def _templates(spread: int | None) -> tuple[Staff, list[Template]]:
    silence = {"stdout": io.StringIO(), "stderr": io.StringIO()}
    call_command("load_roles", **silence)
    people = cast.enter()
    templates.walk(people, spread)
    found = templates.read()
    with transaction.atomic():
        staff = enter(people)
        _allot(staff)
        _print_papers()
    return staff, found


def _allot(staff: Staff) -> None:
    """Enough quota for all: a book for each kind that moved one, each district and year."""
    kinds = set(QuotaMovement.objects.values_list("book__kind", flat=True))
    heads = [Person.objects.get(pk=pk) for pk, (_agency, tag) in staff.of_person.items() if tag == ("head",)]
    today = local_today()
    for place in Jurisdiction.objects.filter(pk__in=[*staff.districts, "120119"]):
        for kind in sorted(kinds):
            head = next((one for one in heads if quotas.answering_agency(one, kind, place)), None)
            if head is None:
                continue
            for year in range(today.year - YEARS - 1, today.year + 1):
                quotas.allot(kind, place, year, QUOTA, document=f"示例定额{year}", by=head)


def _print_papers() -> None:
    """The templates' own papers, as those of the copies are: small and without a seal."""
    copyist = Copyist(Counters())
    for paper in Document.objects.filter(status=Document.Status.PENDING):
        paper.title = paper.label
        file = issue(paper, copyist.paper(paper.kind, paper.title))
        DocumentFile.objects.create(document=paper, pdf=file)
        paper.save(update_fields=["title", "status", "issued_at", "sha256", "content_sha256"])


def _copies(many: int, found: list[Template], staff: Staff, chance: random.Random) -> int:
    counters = Counters.read(templates.models_of_a_case())
    copyist, places, writer = Copyist(counters), Places(staff, chance), Writer()
    for number, (template, shift) in enumerate(plan(many, found, chance), 1):
        for model, row in copyist.copy(template, places.move(template), shift):
            writer.add(model, row)
        if number % CASES_AT_ONCE == 0:
            writer.flush()
            if number % 10_000 == 0:
                sys.stderr.write(f"{number} cases\n")
    writer.finish()
    _keep_numbers(counters)
    return sum(writer.written.values())


def plan(many: int, found: list[Template], chance: random.Random) -> Iterator[tuple[Template, timedelta]]:
    """Which template is copied and by how many days it is moved, in the order in which the cases begin."""
    today = local_today()
    still_open = [one for one in found if not one.closed]
    closed = [one for one in found if one.closed]
    running = round(many * OPEN_SHARE) if still_open else 0
    for number in range(many - running):
        begins = today - timedelta(days=round(365 * YEARS * (1 - number / max(many - running, 1))))
        template = chance.choices(closed, [_weight(one, closed) for one in closed])[0]
        yield _aged(template, closed, _weeks(template, begins, today), today)
    for _number in range(running):
        template = chance.choices(still_open, [_weight(one, still_open) for one in still_open])[0]
        yield template, timedelta(weeks=-chance.choices((0, 1, 2), (0.6, 0.25, 0.15))[0])


def _weight(template: Template, among: list[Template]) -> float:
    same = sum(one.application.kind == template.application.kind for one in among)
    return KINDS.get(template.application.kind, 0.05) / same * (0 if template.expired else 1)


def _weeks(template: Template, begins: date, today: date) -> timedelta:
    """Whole weeks from the template's beginning to `begins`; none of its acts then lies ahead of today."""
    weeks = (begins - timezone.localdate(template.application.created)).days // 7
    return timedelta(weeks=min(weeks, (today - template.ends).days // 7))


def _aged(template: Template, closed: list[Template], shift: timedelta, today: date) -> tuple[Template, timedelta]:
    """The same case as it ended for good, where its permit has run out by now."""
    if not (template.valid_to and template.valid_to + shift < today):
        return template, shift
    twins = [one for one in closed if one.expired and one.application.title == template.application.title]
    if not twins:
        return template, shift
    begins = timezone.localdate(template.application.created) + shift
    weeks = (begins - timezone.localdate(twins[0].application.created)).days // 7
    days = timedelta(weeks=weeks)
    latest = (today - twins[0].ends).days // 7
    return twins[0], min(days, timedelta(weeks=latest))


def _compute_of_permits() -> None:
    """What the public reads of each permit, and what the permit obliges to, are computed from its case, of the copies
    too: a day of the year by which something is owed does not move with the case. On PostgreSQL by two processes that
    share the permits."""
    if connection.vendor != "postgresql":
        return _compute_share(0, 1)
    connections.close_all()  # a process that is forked must not speak on its parent's line
    with ProcessPoolExecutor(AT_ONCE, get_context("fork")) as processes:
        for done in [processes.submit(_compute_share, number, AT_ONCE) for number in range(AT_ONCE)]:
            done.result()


def _compute_share(number: int, of: int) -> None:
    permits = Permit.objects.select_related("application__unit", "application__jurisdiction", "granted_by__agency")
    mine = permits.alias(share=F("pk") % of).filter(share=number)
    for permit in mine.order_by("pk").iterator(CASES_AT_ONCE):
        keep_entry(permit, permit.granted_by.at)
        if aftercare := aftercare_of(permit.application):
            keep_rows(aftercare)


def _keep_numbers(counters: Counters) -> None:
    known = {(one.prefix, one.year): one for one in NumberSequence.objects.all()}
    new = []
    for (prefix, year), last in counters.numbers.items():
        if one := known.get((prefix, year)):
            one.last = last
        else:
            new.append(NumberSequence(prefix=prefix, year=year, last=last))
    NumberSequence.objects.bulk_create(new)
    NumberSequence.objects.bulk_update(known.values(), ["last"], batch_size=500)


def fill_log() -> int:
    """Everything into the transparency log, by its own sequencer in larger batches; how many leaves it grew by."""
    if not settings.LOG_KEY.exists():
        make_key(settings.LOG_KEY, settings.LOG_ORIGIN)
    usual = sequencer.BATCH
    sequencer.BATCH = LEAVES_AT_ONCE  # type: ignore[misc]  # each batch looks for its rows among all that are there
    try:
        return sequencer.sequence(thorough=True)
    finally:
        sequencer.BATCH = usual  # type: ignore[misc]
