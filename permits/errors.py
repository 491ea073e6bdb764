"""One error per meaning; config/errors.py turns each into a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from permits.kinds import Problem
    from permits.rules import Finding


class PermitError(Exception):
    """Whatever keeps an act from being performed. Nothing was written. `str()` is fit to show to a person."""


class NotPermitted(PermitError):
    """This person may not do this here."""


class WrongStatus(PermitError):
    """The case is not in a status, or the work item not in a state, in which this can be done."""


class Busy(PermitError):
    """Another act holds the case's lock."""

    def __init__(self) -> None:
        super().__init__(_("Someone is working on this case just now. Nothing was lost; please try again."))


class BadFacts(PermitError):
    """Facts of an act are missing or malformed: `errors` names each by field."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__("; ".join(f"{field}: {message}" for field, message in self.errors.items()))


class RuleViolated(PermitError):
    """The law, as far as the rules know it, does not let this act pass: `findings` say why."""

    def __init__(self, findings: Sequence[Finding], message: str = "") -> None:
        self.findings = list(findings)
        super().__init__(message or "; ".join(str(finding.message) for finding in self.findings))


class NotReady(PermitError):
    """Parts of the application are missing or contradict one another: `problems` name each and lead to it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        said = "; ".join(f"{problem.where}: {problem.message}" for problem in self.problems[:5])
        super().__init__(_("The application is not complete: %(problem)s") % {"problem": said})
