"""Asking the site as each kind of account, and what it wrote while it answered: what the access tables are checked by.

A cell is a status code; LOGIN: led to log in; or DONE: led on after something was written. Each request is undone.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.template.backends.base import BaseEngine
from django.test import Client, override_settings
from django.utils.safestring import SafeString

from roles.models import SecurityEvent
from roles.models.security import What
from tests.accounts import EVERYONE, GROUPS, Accounts

DONE, LOGIN = "done", "log in"
Cell = int | str
Row = dict[str, Cell]
Said = Mapping[str, Any]
WHOLE = os.environ.get("ACCESS_TABLE") == "whole"
SPOKESPEOPLE = ("anonymous", "rival", "clerk", "acceptor", "auditor")
SHOWN = "shown"
"""The one-time token of the form that every browser was shown."""
UNTOLD = {"django_session", "roles_networkcount"}
"""Tables that tell of nothing but the visit itself."""
KEPT_BY_ITSELF = "permits_unfinishedform"
"""Written for a script, which is told and not led on."""
LOG = "roles_securityevent"
WRITES = re.compile(r'(INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')


class Blank(BaseEngine):
    """Pages without words: whether one is answered is decided before it is written, and writing takes the time."""

    def __init__(self, params: dict[str, Any]) -> None:
        super().__init__({name: value for name, value in params.items() if name != "OPTIONS"})

    def get_template(self, template_name: str) -> BlankPage:
        return BlankPage()

    from_string = get_template


class BlankPage:
    """A template that says nothing."""

    def render(self, context: Any = None, request: Any = None) -> SafeString:
        return SafeString()


@contextmanager
def quickly() -> Iterator[None]:
    """Pages are not written, what is refused is not logged, and asking often is no fault."""
    blank = {"BACKEND": f"{__name__}.Blank", "NAME": "blank", "DIRS": [], "APP_DIRS": False, "OPTIONS": {}}
    logging.disable(logging.WARNING)
    try:
        with override_settings(TEMPLATES=[blank], ACCOUNT_RATE_LIMITS=False, MFA_RATE_LIMITS=False):
            yield
    finally:
        logging.disable(logging.NOTSET)


class Pair(NamedTuple):
    """What everyone is answered to a GET and to a POST."""

    get: Row
    post: Row


def row(everyone: Cell, **others: Cell) -> Row:
    """What each account is answered: `others` by account, before by group, else `everyone`; visitors log in."""
    named = {"visitors": LOGIN, **others}
    assert named.keys() <= GROUPS.keys() | set(EVERYONE), named.keys() - GROUPS.keys() - set(EVERYONE)
    return {name: named.get(name, named.get(group, everyone)) for group, members in GROUPS.items() for name in members}


class Asker:
    """A browser for everyone, who all have been shown a form. The account of `closed` is closed after it logged in."""

    def __init__(self, accounts: Accounts) -> None:
        self.client, self.written, self.before = Client(), set[str](), 0
        self.sessions: dict[str, str] = {"anonymous": ""}
        for name, person in accounts.people.items():
            self.client.cookies.clear()  # else each would log the one before out
            self.client.force_login(person)
            session = self.client.session
            session["once"] = {SHOWN: None}
            session.save()
            self.sessions[name] = str(session.session_key)
        accounts.close()
        self.before = SecurityEvent.objects.latest("pk").pk

    def get(self, name: str, address: str) -> Cell:
        """What `name` is answered to a GET."""
        return self._cell(name, lambda browser: browser.get(address))

    def post(self, name: str, address: str, said: Said, first: str = "") -> Cell:
        """What `name` is answered to a POST of `said`, after an empty one to `first` if given."""

        def send(browser: Client) -> Any:
            if first:
                browser.post(first)
            for value in said.values():
                if hasattr(value, "seek"):
                    value.seek(0)
            return browser.post(address, said)

        return self._cell(name, send)

    def _cell(self, name: str, ask: Callable[[Client], Any]) -> Cell:
        self.client.cookies.clear()
        if key := self.sessions[name]:
            self.client.cookies[settings.SESSION_COOKIE_NAME] = key
        with transaction.atomic(), self._watched():
            answer = ask(self.client)
            self._check_log(name, answer.status_code)
            transaction.set_rollback(True)
        if self.written:
            kept = answer.status_code == 200 and KEPT_BY_ITSELF in self.written
            assert kept or answer.status_code == 302, (
                f"{name}: {answer.status_code} after writing {sorted(self.written)}"
            )
            return DONE
        led_in = answer.status_code == 302 and answer["Location"].startswith("/login/?next=")
        return LOGIN if led_in else int(answer.status_code)

    def _check_log(self, name: str, code: int) -> None:
        """A refusal is a line of the security log and nothing else; what an auditor reads is one too."""
        if LOG not in self.written:
            assert code != 403 or not self.sessions[name] or name == "closed", f"{name} is refused and no line tells it"
            return
        lines = set(SecurityEvent.objects.filter(pk__gt=self.before).values_list("what", flat=True))
        if lines <= {What.REFUSED, What.CASE_READ, What.DESK_READ}:
            self.written.discard(LOG)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        self.written = set()

        def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            result = execute(sql, params, many, context)
            found = WRITES.match(sql)  # of what an INSERT returns, SQLite counts no rows before they are fetched
            if found and found[2] not in UNTOLD and (found[1] == "INSERT INTO" or context["cursor"].rowcount):
                self.written.add(found[2])
            return result

        with connection.execute_wrapper(watch):
            yield


@dataclass
class Count:
    """Cells asked, and what was answered otherwise than the table says."""

    asker: Asker
    cells: int = 0
    wrong: list[str] = field(default_factory=list)
    told: list[Pair] = field(default_factory=list)
    """Rows that everyone was asked for. Where another address has the same, one of each group speaks for it, unless
    ACCESS_TABLE=whole."""

    def ask(self, name: str, pair: Pair, address: str, said: Said, first: str = "") -> None:
        """Compare what `address` answers to a GET, and to a POST of `said` after one to `first`, with `pair`."""
        people = SPOKESPEOPLE if pair in self.told and not WHOLE else EVERYONE
        self.told.append(pair)
        for who in people:
            self._compare(f"GET {name}", who, pair.get, self.asker.get(who, address))
            self._compare(f"POST {name}", who, pair.post, self.asker.post(who, address, said, first))

    def _compare(self, told: str, who: str, expected: Row, got: Cell) -> None:
        self.cells += 1
        if got != expected[who]:
            self.wrong.append(f"{told} as {who}: {got}, not {expected[who]}")
