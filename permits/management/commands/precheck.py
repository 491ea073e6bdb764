"""`manage.py precheck CASE.yaml`: what the law says of a case, before anyone applies. Needs no database."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import override

from permits.rules import BadCase, Finding, Verdict, evaluate, parse
from permits.rules.case_file import BadFile, documents
from permits.rules.facts import CASE_KINDS, Common
from permits.rules.parameters import fault
from permits.rules.wording import BY_CODE, LEVELS, VERIFIED, outcome_label
from roles.faults import in_words

PROCEED, NOT_YET, BAD_FILE = 0, 1, 2


class Command(BaseCommand):
    """Evaluates one case, or each case of a file with several.

    Exit code 0 when every case may proceed, 1 when one may not, 2 when the file is bad; then nothing is evaluated.
    With `--json` one case prints an object, several print a list. `-` reads standard input.
    """

    help = "Check a case file against the law; needs no database."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("case", metavar="CASE.yaml", help="one or more cases in YAML; - reads standard input")
        parser.add_argument("--json", action="store_true", help="print the answer as JSON")
        parser.add_argument("--lang", choices=("zh-hans", "en"), default="zh-hans", help="language of the messages")

    def handle(self, *args: Any, **options: Any) -> None:
        with override(options["lang"]):
            self._refuse_bad_values()
            cases = self._read(options["case"])
            verdicts = [evaluate(case) for case in cases]
            if options["json"]:
                self._print_json(verdicts, options["lang"])
            else:
                for number, (case, verdict) in enumerate(zip(cases, verdicts, strict=True), start=1):
                    heading = _("Case %(number)s") % {"number": number} if len(cases) > 1 else ""
                    self._print_text(case, verdict, options["lang"], heading)
        if any(verdict.outcome != "proceed" for verdict in verdicts):
            sys.exit(NOT_YET)

    def _refuse_bad_values(self) -> None:
        """The system checks, which say it elsewhere, are not run here."""
        if wrong := fault():
            self.stderr.write(wrong)
            sys.exit(BAD_FILE)

    def _read(self, name: str) -> list[Common]:
        """Every case of the file; exits with 2, naming what is wrong, when one of them is bad."""
        try:
            written = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
            plain = documents(written.decode("utf-8-sig"))
        except (OSError, BadFile, ValueError) as error:  # ValueError: not UTF-8, or a name no file can have
            self.stderr.write(in_words(error, name) if isinstance(error, OSError) else f"{name}: {in_words(error)}")
            sys.exit(BAD_FILE)
        cases, problems = [], []
        for number, document in enumerate(plain, start=1):
            # `expect:` belongs to a legal case of the test suite, which can be run from here as it stands
            bare = document
            if isinstance(document, dict):
                bare = {name: value for name, value in document.items() if name != "expect"}
            try:
                cases.append(parse(bare))
            except BadCase as bad:
                before = _("case %(number)s: ") % {"number": number} if len(plain) > 1 else ""
                problems += [
                    f"{before}{path}: {message}" if path else f"{before}{message}" for path, message in bad.problems
                ]
        if problems:
            self.stderr.write("\n".join([_("%(file)s: nothing was evaluated") % {"file": name}, *problems]))
            sys.exit(BAD_FILE)
        return cases

    def _print_json(self, verdicts: list[Verdict], language: str) -> None:
        answers = [verdict.as_answer(language) for verdict in verdicts]
        self.stdout.write(json.dumps(answers if len(answers) > 1 else answers[0], ensure_ascii=False, indent=2))

    def _print_text(self, case: Common, verdict: Verdict, language: str, heading: str) -> None:
        unknown = _("not found")
        lines = [heading] if heading else []
        lines += [
            _("Outcome: %(outcome)s") % {"outcome": outcome_label(verdict.outcome)},
            _("Decided by: %(agency)s (%(level)s)")
            % {"agency": verdict.decided_by or unknown, "level": LEVELS[verdict.level] if verdict.level else unknown},
        ]
        if CASE_KINDS[case.kind].fee:
            fee = unknown if verdict.fee_yuan is None else _("%(fee)s yuan") % {"fee": f"{verdict.fee_yuan:,.2f}"}
            lines.append(_("Restoration fee: %(fee)s") % {"fee": fee})
        for finding in verdict.findings:
            lines += ["", *describe(finding, language)]
        self.stdout.write("\n".join(lines) + "\n")


def describe(finding: Finding, language: str) -> list[str]:
    """The lines of one finding: what, where, and under which clause."""
    where = f" ({finding.where_in(language)})" if finding.where else ""
    lines = [f"[{BY_CODE[finding.severity].label}] {finding.rule}{where}: {finding.message_in(language)}"]
    if finding.passable and finding.exception:
        exception = finding.exception.in_language(language)
        lines.append("    " + _("Exception for a named official's reasoned finding: %(text)s") % {"text": exception})
    for citation in finding.citations:
        lines.append(f"    {citation.source} {citation.article}: “{citation.clause}” [{VERIFIED[citation.verified]}]")
    return lines
