"""One error per meaning; config/errors.py turns each into a page. Nothing of ours is imported here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from msgspec import Struct


class Problem(Struct, frozen=True, kw_only=True):
    """Something in a draft that must be mended before it is handed in, and where."""

    where: str | Promise
    message: str | Promise
    anchor: str = ""


class Found(Protocol):
    """A finding of the rules, as far as an error needs to know it."""

    @property
    def message(self) -> object:
        """What was found, in words."""

    def as_dict(self) -> dict[str, Any]:
        """All of it as plain JSON."""


class PermitError(Exception):
    """Whatever keeps an act from being performed. Nothing was written. `str()` is fit to show to a person."""


class NotPermitted(PermitError):
    """This person may not do this here."""


class WrongStatus(PermitError):
    """The case is not in a status, or the work item not in a state, in which this can be done."""


class RecordChanged(PermitError):
    """Somebody changed the record of the case in the database: nothing is recorded on top of it."""


class DatumMissing(WrongStatus):
    """A paper of the act must name something that its agency has not entered yet; the message says what, and who."""


class AlreadyRecorded(PermitError):
    """An act was performed with this one-time key before, in case `application_id`: a second click, or a retry."""

    def __init__(self, application_id: int, act: str) -> None:
        self.application_id = application_id
        super().__init__(_("“%(act)s” was already recorded; it was not done twice.") % {"act": act})


class Busy(PermitError):
    """Another act holds the case's lock."""

    def __init__(self, words: str = "") -> None:
        default = _("Someone is working on this case just now. Nothing was lost; please try again.")
        super().__init__(words or default)


class UnitBusy(Busy):
    """A file of another case holds the lock under which the files of a unit are added up."""

    def __init__(self) -> None:
        super().__init__(_("Other files of your unit are being stored just now; please try again."))


class EditedMeanwhile(PermitError):
    """Somebody changed the same thing since it was read. Nothing was written."""


class BadFacts(PermitError):
    """Facts of an act are missing or malformed: `errors` names each by field."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__(_("; ").join(f"{field}{_(': ')}{message}" for field, message in self.errors.items()))


class Unprintable(ValueError):
    """A text holds a character that no paper can show; the message names it."""


class FontMissing(Exception):
    """A font file was not found or cannot be embedded; the message names it."""


class MissingGlyphs(ValueError):
    """Characters that no configured font can print: `characters` holds them, in order of appearance."""

    def __init__(self, characters: Sequence[str]) -> None:
        self.characters = tuple(characters)
        named = "、".join(f"{char} (U+{ord(char):04X})" for char in self.characters)
        super().__init__(_("No configured font has these characters: %(named)s") % {"named": named})


class UploadRefused(PermitError):
    """A file cannot be taken; the message says why."""


class StorageFailed(PermitError):
    """A file cannot be written, and nothing of it was kept, or, `reading`, cannot be read just now. `full`: the store
    has no room left."""

    def __init__(self, *, full: bool = False, reading: bool = False) -> None:
        self.full = full
        self.status = 507 if full else 503  # as HTTP names it
        if full:
            told = _("The file store is full, and this file was not stored; please tell the operator of this site.")
        elif reading:
            told = _("The file store cannot be reached. The file is not lost; please try again in a while.")
        else:
            told = _(
                "The file store cannot be written, and this file was not stored; please tell the operator of this site."
            )
        super().__init__(told)


class ScannerUnreachable(PermitError):
    """The virus scanner does not answer: a file cannot be taken in, and was not."""

    def __init__(self) -> None:
        super().__init__(
            _("The virus scanner cannot be reached. This file was not stored; please try again in a while.")
        )


class DamagedFile(PermitError):
    """A stored file is gone, or is no longer the one that was handed in."""


class RuleViolated(PermitError):
    """The law, as far as the rules know it, does not let this act pass: `findings` say why, `reasons` in words."""

    def __init__(self, findings: Sequence[Found], message: str | Sequence[str] = "") -> None:
        self.findings = list(findings)
        said = [message] if isinstance(message, str) else list(message)
        self.reasons = [one for one in said if one] or [str(finding.message) for finding in self.findings]
        super().__init__(_("; ").join(self.reasons))


class NotReady(PermitError):
    """Parts of the application are missing or contradict one another: `problems` name each and lead to it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        said = _("; ").join(f"{problem.where}{_(': ')}{problem.message}" for problem in self.problems[:5])
        super().__init__(_("The application is not complete: %(problem)s") % {"problem": said})
