"""The log against what is kept of it outside: whether it was cut off, restored from an old backup, or made anew.

Only what lies where this database's owner cannot write tells that. What was written since the newest such checkpoint
nothing proves: `proven` says so in words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from permits.ledger.keys import used_keys
from permits.ledger.log import checkpoint
from permits.ledger.notes import BadNote, Checkpoint, Note, PublicKey
from permits.ledger.outside import place
from permits.ledger.whole import compare
from permits.ledger.witnessing import dissent
from permits.verification.registry import Problem, once

MOST = 1000
"""Of the newest, each night: a checkpoint covers all entries before it, and a fork is found on its first night."""
Kept = list[tuple[str, str]]


@once("outside", gettext_lazy("checkpoints kept outside"))
def outside() -> Iterator[Problem]:
    """The log still begins as each checkpoint says that lies at CHECKPOINT_URL, where that can be read."""
    try:
        yield from differing(_kept() or [])
    except OSError as error:
        yield Problem("outside", "CHECKPOINT_URL", _("What is kept outside cannot be read: %(error)s") % {
            "error": type(error).__name__,
        })  # fmt: skip


@once("witness", gettext_lazy("witnesses of the log"))
def witness() -> Iterator[Problem]:
    """No witness knows another log, as far as they were asked (permits/ledger/witnessing.py)."""
    for told in dissent().values():
        yield Problem("witness", "WITNESS_URLS", told)


def differing(kept: Iterable[tuple[str, str]], keys: Iterable[PublicKey] = ()) -> Iterator[Problem]:
    """Each of `kept` (name, note) that this log does not begin with. Signed by one of `keys`, or of those that signed
    this log. Checkpoints of a log of another name are not this one's."""
    known = list(keys) or [used.key for used in used_keys()]
    for name, note in kept:
        try:
            if Checkpoint.parse(Note.parse(note).text).origin != settings.LOG_ORIGIN:
                continue
            wrong = compare(note, *known)
        except BadNote as bad:
            wrong = _("It is not signed by a key of this log: %(problem)s") % {"problem": bad}
        if wrong:
            yield Problem("outside", name, wrong)


def proven(kept: Kept | None = None) -> str:
    """Up to where the record is proved by what is kept outside, and from where on nothing proves it, in words."""
    try:
        found = _kept() if kept is None else kept
    except OSError:
        found = None
    newest = checkpoint()
    if newest is None:
        return _("Nothing was signed yet: that the record was made anew is not provable.")
    sizes = [size for _name, note in found or () if (size := _size(note)) <= newest.size]
    if not sizes:
        return _("No checkpoint kept outside was compared: that the whole record was made anew is not provable.")
    since = newest.size - max(sizes)
    if not since:
        return _("All %(size)d entries of the log are covered by a checkpoint kept outside.") % {"size": newest.size}
    words = ngettext(
        "Covered by a checkpoint kept outside: %(size)d entries. That %(since)d since was made anew is not provable.",
        "Covered by a checkpoint kept outside: %(size)d entries. That %(since)d since were made anew is not provable.",
        since,
    )
    return words % {"size": max(sizes), "since": since}


def in_folder(folder: Path) -> Kept:
    """All checkpoints somebody kept in a folder, by name. Raises OSError."""
    return [(path.name, path.read_text("utf-8", "replace")) for path in sorted(folder.iterdir()) if path.is_file()]


def _kept() -> Kept | None:
    there = place()
    return None if there is None else there.kept(MOST)


def _size(note: str) -> int:
    """Entries of a checkpoint of this log; 0 for any other text."""
    try:
        said = Checkpoint.parse(Note.parse(note).text)
    except BadNote:
        return 0
    return said.size if said.origin == settings.LOG_ORIGIN else 0
