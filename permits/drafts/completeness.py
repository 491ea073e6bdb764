"""Whether a draft can be handed in: what each part still lacks. The door asks this before it takes a submission."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from msgspec import Struct
from msgspec.structs import replace

from permits.contract.kind import Label, Requirement, Section
from permits.drafts.store import whole
from permits.errors import Problem
from permits.kinds import kind_of
from permits.models import Application
from permits.models.material import current_files, files_in_hand, slots_filled

MATERIALS = "materials"


class Part(Struct, frozen=True, kw_only=True):
    """One line of a draft's task list. `problems` carry addresses one can follow."""

    slug: str
    label: Label
    url: str
    started: bool
    problems: Sequence[Problem]

    @property
    def state(self) -> str:
        """`complete`, `begun` or `not_started`."""
        if not self.problems:
            return "complete"
        return "begun" if self.started else "not_started"


def parts(application: Application) -> list[Part]:
    """The sections of the kind, then the materials, each with what keeps it from being handed in."""
    sections = [_section(application, section) for section in kind_of(application).sections]
    return [*sections, _materials(application)]


def problems(application: Application) -> list[Problem]:
    """Everything that keeps `application` from being handed in, in the order of its parts; empty when it is ready.

    Source: 许可法 31 (the applicant gives the materials of the closed list), 32(1)(4) (what is missing is told).
    """
    return [problem for part in parts(application) for problem in part.problems]


def missing(application: Application) -> list[Requirement]:
    """Required materials without a file."""
    given = set(slots_filled(application.pk))
    return [
        entry for entry in kind_of(application).requirements(application) if entry.required and entry.slot not in given
    ]


def whole_files(application: Application) -> frozenset[int]:
    """Keys of the files in hand whose stored bytes are what was chosen. Reads each of them."""
    return frozenset(file.pk for file in current_files(application) if whole(file))


def damaged(application: Application, read: Collection[int] = ()) -> list[Problem]:
    """Materials whose stored file is gone or no longer what was chosen; asked when the draft is handed in. Reads every
    file but those of `read`, which were found whole a moment ago."""
    url = reverse("draft-materials", args=[application.pk])
    labels = {entry.slot: entry.label for entry in kind_of(application).requirements(application)}
    return [
        Problem(
            where=labels.get(file.material.slot, file.material.slot),
            message=_("The stored file “%(name)s” is missing or damaged; take it back and hand it in again.")
            % {"name": file.name},
            anchor=f"{url}#slot-{file.material.slot}",
        )
        for file in files_in_hand(application.pk)
        if file.pk not in read and not whole(file)
    ]


def _section(application: Application, section: Section) -> Part:
    url = reverse(section.url_name, args=[application.pk])
    found = [_reachable(problem, url, section.label) for problem in section.problems(application)]
    return Part(
        slug=section.slug,
        label=section.label,
        url=url,
        problems=found,
        started=section.started(application),
    )


def _materials(application: Application) -> Part:
    url = reverse("draft-materials", args=[application.pk])
    return Part(
        slug=MATERIALS,
        label=_("Materials"),
        url=url,
        problems=list(_missing_materials(application, url)),
        started=bool(slots_filled(application.pk)),
    )


def _missing_materials(application: Application, url: str) -> Iterator[Problem]:
    for entry in missing(application):
        yield Problem(
            where=entry.label,
            message=_("This material is required and not there yet."),
            anchor=f"{url}#slot-{entry.slot}",
        )


def _reachable(problem: Problem, url: str, label: Label) -> Problem:
    """`problem` with a place that says which part it is in, and an address that leads there from any page."""
    anchor = problem.anchor
    if not anchor.startswith("/"):
        anchor = f"{url}#{anchor.removeprefix('#')}" if anchor else url
    where = f"{label}{_(', ')}{problem.where}" if problem.where and str(problem.where) != str(label) else label
    return replace(problem, where=where, anchor=anchor)
