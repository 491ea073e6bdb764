"""Proves that no record of a case was rewritten, nor what is derived from it, or says where."""

from __future__ import annotations

import json
from collections import Counter
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from django.core.management.base import CommandError, CommandParser
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from msgspec.structs import asdict

from permits.errors import StorageFailed
from permits.ledger.keys import used_keys
from permits.ledger.notes import BadNote, Checkpoint, Note, PublicKey
from permits.ledger.whole import compare
from permits.models import Act, Application, LogLeaf
from permits.verification.outside import differing, in_folder, proven
from permits.verification.registry import Problem
from permits.verification.run import verify
from roles.commands import DatabaseCommand
from roles.faults import in_words

TOLD_OF_EACH = 20  # problems of one check that are printed; the others are counted


class Outside(NamedTuple):
    """What checkpoints kept outside tell."""

    wrong: list[Problem]
    proven: str


class Command(DatabaseCommand):
    help = (
        "Checks the chain of every case (or one), everything derived from it, papers, files, quota, rights, and that "
        "the database still refuses rewriting; exit 1 if not."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--case", help="case number or key; default: every case, and the installation")
        parser.add_argument(
            "--since", type=Path, metavar="CHECKPOINT",
            help="a checkpoint kept outside: the log must still begin with it, and only cases with later acts are read",
        )  # fmt: skip
        parser.add_argument(
            "--outside", type=Path, metavar="FOLDER",
            help="checkpoints somebody kept elsewhere: the log must still begin as each of them says",
        )  # fmt: skip
        parser.add_argument(
            "--key", action="append", default=[], help="public key of these checkpoints, if kept outside"
        )
        parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["key"] and not (options["since"] or options["outside"]):
            raise CommandError(_("--key verifies nothing without --since or --outside."), returncode=2)
        wanted = self._since(options) if options["since"] else self._wanted(options["case"])
        cases = (Application.objects.all() if wanted is None else wanted).count()
        found: Counter[str] = Counter()
        told = []
        kept = self._outside(options)
        try:
            for problem in chain(kept.wrong, verify(wanted, installation=options["case"] is None)):
                found[problem.check] += 1
                if found[problem.check] <= TOLD_OF_EACH:
                    told.append(problem)
                    if not options["json"]:
                        self.stdout.write(self.style.ERROR(f"{problem.check}: {problem.where}: {problem.what}"))
        except StorageFailed as fault:
            raise CommandError(str(fault), returncode=2) from fault
        if options["json"]:
            answer = {
                "cases": cases, "problems": dict(found), "first": [asdict(problem) for problem in told],
                "proven": kept.proven,
            }  # fmt: skip
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        elif kept.proven:
            self.stdout.write(kept.proven)
        self._conclude(cases, found.total(), quiet=options["json"])

    def _conclude(self, cases: int, problems: int, *, quiet: bool) -> None:
        if problems:
            words = ngettext(
                "%(count)d problem in %(cases)d cases.", "%(count)d problems in %(cases)d cases.", problems
            )
            raise CommandError(words % {"count": problems, "cases": cases}, returncode=1)
        words = ngettext("%(count)d case: the record is whole.", "%(count)d cases: the records are whole.", cases)
        if not quiet:
            self.stdout.write(self.style.SUCCESS(words % {"count": cases}))

    def _outside(self, options: dict[str, Any]) -> Outside:
        """What of the checkpoints in a folder is wrong, and up to where these, or those of CHECKPOINT_URL, prove the
        record; nothing of it where one case is asked for."""
        if options["case"] is not None:
            return Outside([], "")
        if not options["outside"]:
            return Outside([], proven())
        try:
            kept = in_folder(options["outside"])
            keys = [PublicKey.parse(key) for key in options["key"]]
        except (OSError, BadNote) as problem:
            raise CommandError(in_words(problem), returncode=2) from problem
        if not kept:
            raise CommandError(_("There is no checkpoint in this folder."), returncode=2)
        return Outside(list(differing(kept, keys)), proven(kept))

    def _since(self, options: dict[str, Any]) -> QuerySet[Application]:
        """The cases with acts that the log had not when the checkpoint was signed."""
        try:
            written = options["since"].read_text("utf-8")
            keys = [PublicKey.parse(key) for key in options["key"]] or [used.key for used in used_keys()]
            if wrong := compare(written, *keys):
                raise CommandError(wrong, returncode=1)
            size = Checkpoint.parse(Note.parse(written).text).size
        except (OSError, UnicodeDecodeError, BadNote) as problem:
            raise CommandError(in_words(problem, options["since"]), returncode=2) from problem
        logged_by_then = LogLeaf.objects.filter(source="act", number__lt=size, row=OuterRef("pk"))
        later = Act.objects.filter(~Exists(logged_by_then), application=OuterRef("pk"))
        return Application.objects.filter(Exists(later))

    def _wanted(self, wanted: str | None) -> QuerySet[Application] | None:
        if wanted is None:
            return None
        named = Q(number=wanted) | Q(pk=int(wanted)) if wanted.isdecimal() else Q(number=wanted)
        if not Application.objects.filter(named).exists():
            raise CommandError(_("There is no case %(key)s.") % {"key": wanted}, returncode=2)
        return Application.objects.filter(named)
