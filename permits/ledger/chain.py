"""The chain of a case: making the canonical text of an act, and proving later that nothing was rewritten."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import rfc8785
from django.utils.translation import gettext as _

from permits.models.act import GENESIS, Act, digest
from permits.models.application import Application
from permits.models.submission import submission_of


def canonical(content: dict[str, Any]) -> str:
    """RFC 8785 text of `content`. The text, not the object, is what is stored and hashed."""
    return rfc8785.dumps(content).decode()


def stamp(moment: datetime) -> str:
    """A time as the record writes it: UTC, microseconds."""
    return f"{moment.astimezone(UTC).isoformat(timespec='microseconds')[:-6]}Z"


def identity(act: Act) -> dict[str, Any]:
    """The part of the body that the columns repeat."""
    return {
        "application": act.application_id,
        "seq": act.seq,
        "act": act.act,
        "before": act.before,
        "after": act.after,
        "person": act.person_id,
        "on_behalf_of": act.on_behalf_of_id,
        "post": act.post_id,
        "agency": act.agency_id,
        "mandate": act.mandate_id,
        "duty": act.duty,
        "work_item": act.work_item,
        "at": stamp(act.at),
        "previous": act.previous,
    }


def problems_of(application: Application) -> list[str]:
    """What is wrong with the record of `application`; empty when it is whole. Reads all of it, and once more where
    something is: an act may have been recorded between the two statements that read acts and application."""
    return _problems_now(application) and _problems_now(application)


def _problems_now(application: Application) -> list[str]:
    acts = list(application.acts.select_related("submission").order_by("seq"))
    return problems_of_acts(Application.objects.get(pk=application.pk), acts)


def problems_of_acts(application: Application, acts: Sequence[Act]) -> list[str]:
    """What is wrong with a record that was read already, `application` as it stands in the database.

    Checked: no gap in the numbers, each hash of its text, each text chained to the one before, columns as the text
    says, statuses joined up, the application's status the last act's, submissions as their act hashed them, of its
    case, and none beside.
    """
    problems: list[str] = []
    previous, status, number = GENESIS, "", 0
    for number, act in enumerate(acts, 1):
        problems += [
            _("act %(number)s: %(problem)s") % {"number": act.seq, "problem": problem}
            for problem in _problems_of_act(act, number, previous, status)
        ]
        previous, status = act.hash, act.after
    if number and application.status != status:
        problems.append(
            _("the application is %(stands)s, its last act left it %(left)s")
            % {"stands": application.status, "left": status}
        )
    if not number:
        problems.append(_("no act at all"))
    return problems


def first_problem(acts: Sequence[Act]) -> tuple[Act, str] | None:
    """The first act of a case's `acts` that is not as it was recorded, and what is wrong with it; None where the chain
    holds. What was handed in is not looked at: where the texts were read, this asks nothing of the database."""
    previous, status = GENESIS, ""
    for number, act in enumerate(acts, 1):
        if problems := _problems_of_text(act, number, previous, status):
            return act, problems[0]
        previous, status = act.hash, act.after
    return None


def _problems_of_act(act: Act, number: int, previous: str, status: str) -> list[str]:
    problems, content = _problems_of_text(act, number, previous, status), _content(act)
    return problems if content is None else [*problems, *_problems_of_submission(act, content.get("submission"))]


def _content(act: Act) -> dict[str, Any] | None:
    """What the text says, parsed once for whoever asks for it after; None where it is not readable."""
    try:
        content: Any = act.content
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _problems_of_text(act: Act, number: int, previous: str, status: str) -> list[str]:
    """What is wrong with one act: its number, its hash, its place in the chain, and columns that differ from its
    text."""
    problems = []
    if act.seq != number:
        problems.append(_("number %(number)s is missing") % {"number": number})
    if act.hash != digest(act.body):
        problems.append(_("the text does not have the stored hash"))
    if act.previous != previous:
        problems.append(_("not chained to the act before"))
    if act.before != status:
        problems.append(
            _("begins in “%(before)s”, the act before ended in “%(status)s”") % {"before": act.before, "status": status}
        )
    content = _content(act)
    if content is None:
        return [*problems, _("the text is not readable")]
    return problems + [
        _("column %(name)s differs from the text") % {"name": name}
        for name, value in identity(act).items()
        if content.get(name) != value
    ]


def _problems_of_submission(act: Act, handed_in: str | None) -> list[str]:
    """`handed_in`: the hash of what the act handed in, as its text says; None for an act that hands in nothing."""
    submission = submission_of(act)
    if submission is None:
        return [_("what was handed in is not what was hashed")] if handed_in else []
    problems = []
    if submission.sha256 != handed_in or digest(submission.body) != handed_in:
        problems.append(_("what was handed in is not what was hashed"))
    if submission.application_id != act.application_id:
        problems.append(_("what was handed in stands at another case"))
    return problems
