"""What the holder of a permit asked for and nobody answered yet, in words, for the permit's page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from msgspec import Struct

from permits.acts.assessment import found_of_longer
from permits.acts.life_conditions import answered_too_late, to_take_back
from permits.acts.reopening import answerable
from permits.acts.requests import Request, kept_from_an_answer, open_requests, silence_grants
from permits.models import Application, Permit
from permits.models.permit import P
from permits.models.replay import remedy_of_answer
from permits.views.findings import Shown, show


class Waiting(Struct, frozen=True):
    """A request as the readers of a permit's page are told of it."""

    request: Request
    label: str
    notes: Sequence[str]
    """What is to be known of it."""
    to_take_back: bool
    """Whether it may still be taken back."""
    of_longer: Sequence[Shown] = ()
    """What the rules find only of the longer term."""


def waiting_requests(application: Application, held: Permit) -> list[Waiting]:
    """What waits for an answer, where one can be given: of an extension also after the end, where a remedy left nothing
    of the refusal."""
    free, waiting = {one.act.act for one in to_take_back(application)}, open_requests(application)
    to_be_cancelled = any(one.act.act == "ask_cancellation" for one in waiting)
    found = []
    for one in waiting:
        if not answerable(application, one.act.act):
            continue
        notes, of_longer = [*_notes(application, one)], list[Shown]()
        if one.act.act == "ask_extension":
            notes += _of_extension(application, held, one, to_be_cancelled)
            of_longer = [show(finding.as_dict()) for finding in found_of_longer(application, one.until)]
        label = application.act_label(one.act.act)
        found.append(Waiting(one, label, notes, to_take_back=one.act.act in free, of_longer=of_longer))
    return found


def _notes(application: Application, asked: Request) -> Iterator[str]:
    """When it was asked, and the outcome of a remedy that left nothing of an earlier answer."""
    yield _("asked on %(day)s") % {"day": date_format(localtime(asked.act.at))}
    if remedy := remedy_of_answer(application.history, asked.act):
        yield _(
            "by the outcome of %(organ)s, %(number)s, of %(day)s the earlier answer no longer holds: it is answered "
            "as that says"
        ) % {
            "organ": remedy.facts["organ"],
            "number": remedy.facts["number"],
            "day": date_format(date.fromisoformat(remedy.facts["decided_on"])),
        }


def _of_extension(application: Application, held: Permit, asked: Request, to_be_cancelled: bool) -> Iterator[str]:
    """What becomes of an extension that nobody decides before the last day (许可法 50), and of one beside which the
    holder asks for the permit `to_be_cancelled`."""
    silence, valid = silence_grants(application), held.status == P.VALID
    if kept_from_an_answer(application):
        yield _(
            "the permit had been ended until its last day had passed, so that nobody could answer: silence extends "
            "nothing, and it is answered now"
        )
    elif held.status == P.EXPIRED and answered_too_late(application) is not None:
        yield _("the term ended before it was decided, and nothing was extended")
    elif valid and held.valid_to:
        day = {"day": date_format(held.valid_to)}
        if silence:
            yield _("to be decided by %(day)s; without a decision it counts as extended") % day
        elif remedy_of_answer(application.history, asked.act):
            yield _("silence extends nothing")
        else:
            yield _("asked late; without a decision the term ends on %(day)s") % day
    if to_be_cancelled and valid and held.valid_to:
        yield (
            _("the holder asks for the permit to be cancelled, too: that stops no extension by silence, and goes on "
              "waiting")
            if silence
            else _("the holder asks for the permit to be cancelled, too")
        )  # fmt: skip
