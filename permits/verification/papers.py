"""Issued papers: number, state and signed file; and that no number was left out or given twice."""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from collections.abc import Iterator

from django.db.models import Count, Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permits.database.reading import among
from permits.documents.content import Number
from permits.ledger.derived import ONE_TRANSACTION
from permits.models import Application, Document, DocumentFile, NumberSequence
from permits.verification.registry import Batch, Problem, each_case, once

FILES_AT_ONCE = 20
TITLE = b"/Title ("
LONGEST_TITLE = 4_000  # bytes of it in the file, each character in up to eight


@each_case("papers", gettext_lazy("issued papers"))
def papers(batch: Batch) -> Iterator[Problem]:
    """Each paper belongs to an act of its case, bears the number of its series, and its file has its hash."""
    acts = {act.pk: act for record in batch.acts.values() for act in record}
    found = [paper for papers in batch.papers.values() for paper in papers]
    for paper in found:
        if paper.act_id not in acts:
            yield Problem("papers", paper.number, _("the act that required it is not of its case"))
        elif abs(paper.reserved_at - acts[paper.act_id].at) > ONE_TRANSACTION:
            yield Problem("papers", paper.number, _("its number was not given when its act was recorded"))
        if paper.number != str(Number(prefix=paper.prefix, year=paper.year, serial=paper.serial)):
            yield Problem("papers", paper.number, _("the number is not that of its series"))
    hashes = {paper.pk: paper for paper in found if paper.status != Document.Status.PENDING}
    files = DocumentFile.objects.filter(among("pk", list(hashes))).order_by("pk").values_list("pk", "pdf")
    for key, stored in files.iterator(chunk_size=FILES_AT_ONCE):
        paper, pdf = hashes.pop(key), bytes(stored)
        if hashlib.sha256(pdf).hexdigest() != paper.sha256:
            yield Problem("papers", paper.number, _("the signed file does not have the stored hash"))
        elif (title := title_of(pdf)) != paper.title:
            told = _("its title is “%(stands)s”, the signed file says “%(signed)s”")
            yield Problem("papers", paper.number, told % {"stands": paper.title, "signed": title})
    for paper in hashes.values():
        yield Problem("papers", paper.number, _("the signed file is missing"))


def title_of(pdf: bytes) -> str:
    """The title that a paper of ours bears in its document information, which the seal covers; empty for none."""
    from pyhanko.pdf_utils.generic import read_string_from_stream  # slow to import, and no page needs it

    at = pdf.find(TITLE)
    if at < 0:
        return ""
    said = read_string_from_stream(io.BytesIO(pdf[at + len(TITLE) - 1 : at + LONGEST_TITLE]))
    return str(said).replace("\n", "")


@once("numbers", gettext_lazy("running numbers"))
def numbers() -> Iterator[Problem]:
    """Each series counts from one without a gap to the last number given."""
    given = {
        (row["prefix"], row["year"]): (row["many"], row["last"])
        for row in Document.objects.order_by().values("prefix", "year").annotate(many=Count("pk"), last=Max("serial"))
    }
    given |= _case_numbers()
    for sequence in NumberSequence.objects.order_by("prefix", "year"):
        many, last = given.pop((sequence.prefix, sequence.year), (0, 0))
        if not many == last == sequence.last:
            yield Problem("numbers", f"{sequence.prefix} {sequence.year}",
                          _("%(many)s numbers stand, the highest is %(last)s, %(given)s were given")
                          % {"many": many, "last": last, "given": sequence.last})  # fmt: skip
    for (prefix, year), (many, _last) in given.items():
        yield Problem("numbers", f"{prefix} {year}", _("%(many)s numbers stand, and none were given") % {"many": many})


def _case_numbers() -> dict[tuple[str, int], tuple[int, int]]:
    """Of each series of case numbers and year: how many there are, and the highest."""
    many: Counter[tuple[str, int]] = Counter()
    last: dict[tuple[str, int], int] = {}
    for number in Application.objects.exclude(number=None).order_by().values_list("number", flat=True).iterator():
        series, year, serial = str(number).rsplit("-", 2)
        key = series, int(year)
        many[key] += 1
        last[key] = max(last.get(key, 0), int(serial))
    return {key: (count, last[key]) for key, count in many.items()}
