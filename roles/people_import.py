"""Entering a list of people: accounts, posts and terms, all of them or none, through the verbs that pages use.

No right is given: what a post may do is granted by the security administrator. Each verb writes its line of the
security log, with nobody as the one who did it: a command of the installation.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from msgspec import Struct, field

from roles.accounts import identify, open_account
from roles.appointments import appoint, check_term, make_post
from roles.days import local_today
from roles.models import Agency, Membership, OperatingUnit, Person, Post
from roles.people_file import COLUMNS, DAYS, Faults, read


class Entered(Struct):
    """What was, or would be, entered; and what is wrong, by cell: then nothing is."""

    done: list[str] = []
    faults: Faults = field(default_factory=Faults)


def import_people(file: Path, *, commit: bool = False) -> Entered:
    """Enter the people of `file`. Without `commit`, or where anything is wrong, everything is undone again, so that
    what is told is what would happen. Raises BadFile (roles.people_file)."""
    entered = Entered()
    rows = read(file, entered.faults)
    with transaction.atomic():
        for number, said in rows:
            _enter(number, said, entered)
        if entered.faults.found or not commit:
            transaction.set_rollback(True)
    return entered


def _enter(number: int, said: dict[str, Any], entered: Entered) -> None:
    """Step by step; one that is refused keeps only those from being tried that need what it gives, so that all that is
    wrong with the row is told at once, and what could not be read is not told a second time."""
    lines: list[str] = []
    unread = entered.faults.columns(number)
    empty = [column.name for column in COLUMNS if column.asked and not said[column.name] and column.name not in unread]
    for name in empty:
        entered.faults.add(number, name, _("This field is required."))
    told_already = {*unread, *empty, *(DAYS if unread & {*DAYS} else ())}  # a term is not judged by one day alone

    def tried(step: str, verb: Callable[..., tuple[Any, list[str]]], *given: Any) -> Any:
        try:
            with transaction.atomic():
                made, told = verb(*given, said)
        except ValidationError as fault:
            wrong = fault.message_dict if hasattr(fault, "error_dict") else {step: fault.messages}
            for name, messages in wrong.items():
                if (column := _column(name, step)) not in told_already:
                    entered.faults.add(number, column, " ".join(messages))
            return None
        lines.extend(told)
        return made

    person = tried("login", _account)
    if any(said[name] or name in unread for name in OF_A_TERM):
        post = tried("post", _post, tried("body", _body))
        if person and post:
            tried("since", _term, person, post)
        else:
            tried("until", _days)
    if not entered.faults.found:
        entered.done += [f"{number}: {line}" for line in lines]


OF_A_TERM = ("body", "post", "since", "until", "ground")
"""Who fills one of these cells means a term, and fills those that it needs."""


def _column(name: str, step: str) -> str:
    """The column a verb's field speaks of; where it has none, the one in hand."""
    known = {"username": "login", "identity": "number", "person": "login"}
    name = known.get(name, name)
    return name if name in {column.name for column in COLUMNS} and (name != "name" or step == "login") else step


def _account(said: dict[str, Any]) -> tuple[Person, list[str]]:
    """The account of this login, opened where there is none."""
    there = Person.objects.filter(username__iexact=said["login"]).first()
    if there is None:
        person = open_account(*(said[name] for name in ("login", "name")), number=said["number"], email=said["email"],
                              phone=said["phone"])  # fmt: skip
        return person, [_("account opened: %(login)s, %(name)s") % said]
    lines, wrong = [_("account there already: %(login)s") % said], dict[str, Any]()
    if there.name != said["name"]:
        wrong["name"] = _("This login is that of %(name)s.") % {"name": there.name}
    try:
        if said["number"] and identify(there, said["number"]):
            lines.append(_("identity number entered: %(login)s") % said)
    except ValidationError as fault:
        wrong |= fault.message_dict
    if wrong:
        raise ValidationError(wrong)
    return there, lines


def _body(said: dict[str, Any]) -> tuple[Agency | OperatingUnit, list[str]]:
    name = said["body"]
    if not name:
        raise ValidationError(_("This field is required."))
    found: list[Agency | OperatingUnit] = [*Agency.objects.filter(Q(slug=name) | Q(name=name))]
    found += OperatingUnit.objects.filter(name=name)
    if not found:
        raise ValidationError(_("There is no agency or unit of this name."))
    if len(found) > 1:
        raise ValidationError(_("There are several of this name; name an agency by its key."))
    return found[0], []


def _post(body: Agency | OperatingUnit | None, said: dict[str, Any]) -> tuple[Post | None, list[str]]:
    """The post of this name in the body, made where there is none; of no body only what lacks is told."""
    if missing := {name: _("This field is required.") for name in ("post", "ground") if not said[name]}:
        raise ValidationError(missing)
    if body is None:
        return None, []
    where = {"agency": body} if isinstance(body, Agency) else {"unit": body}
    if post := Post.objects.filter(name=said["post"], **where).first():
        return post, []
    return make_post(body, said["post"]), [_("post made: %(body)s, %(post)s") % said]


def _days(said: dict[str, Any]) -> tuple[None, list[str]]:
    """What is wrong with the days of a term of which person or post is wrong besides."""
    check_term(said["since"] or local_today(), said["until"])
    return None, []


def _term(person: Person, post: Post, said: dict[str, Any]) -> tuple[Membership, list[str]]:
    term = appoint(person, post, since=said["since"], until=said["until"], ground=said["ground"])
    told = {"name": person.name, "post": post.name, "since": term.since, "until": term.until or "…"}
    return term, [_("appointed: %(name)s, %(post)s, %(since)s – %(until)s") % told]
