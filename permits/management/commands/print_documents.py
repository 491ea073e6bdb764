"""Print every reserved document that was not printed yet, such as after a crash of the job worker."""

from __future__ import annotations

import logging
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from permits.documents.numbering import pending
from permits.documents.printing import render_pending
from permits.documents.signing import NoSeal
from permits.errors import FontMissing, MissingGlyphs
from roles.commands import DatabaseCommand

log = logging.getLogger(__name__)


class Command(DatabaseCommand):
    """`manage.py print_documents`: exit code 1 where any could not be printed, each named with its reason."""

    help = "Prints all pending documents; safe beside running workers."

    def handle(self, *args: Any, **options: Any) -> None:
        """One after another; a failure does not stop the others."""
        printed, failed = 0, 0
        for document_id in list(pending().values_list("pk", flat=True)):
            try:
                render_pending(document_id)
                printed += 1
            except Exception as error:  # whatever is wrong with one keeps no other
                if not isinstance(error, (MissingGlyphs, FontMissing, NoSeal)):
                    log.exception("document %s could not be printed", document_id)
                failed += 1
                self.stderr.write(_("Document %(key)s: %(why)s") % {"key": document_id, "why": error})
        self.stdout.write(_("Printed: %(printed)s, not: %(failed)s") % {"printed": printed, "failed": failed})
        if failed:
            raise CommandError(_("Documents that could not be printed: %(count)s") % {"count": failed})
