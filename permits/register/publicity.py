"""Rows for the publicity of administrative licences on credit platforms 双公示: one agency's grants of a period.

The names and the order of the fields are from memory of the data standard of 2018 (发改办财金〔2018〕424号) and were
not read in a source: before the first delivery they are compared with the template of the platform that receives them.
A kind that is no administrative licence is left out (`licence` of permits/contract/kind.py): the publicity is of
行政许可, and 许可法 17 lets no policy paper make one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from django.db.models import QuerySet
from django.utils import translation
from msgspec import Struct

from permits.documents.masking import masked, with_asks
from permits.kinds import kind_or_absent, kinds
from permits.models import Permit, RegisterEntry
from permits.models.permit import P
from permits.register.reading import EARLY, state_of
from roles.days import local_today
from roles.models import Agency, OperatingUnit

HEADS: Final = (
    "行政相对人名称", "行政相对人类别", "统一社会信用代码", "法定代表人", "行政许可决定文书名称", "行政许可决定文书号",
    "许可类别", "许可证书名称", "许可编号", "许可内容", "许可决定日期", "有效期自", "有效期至", "许可机关",
    "许可机关统一社会信用代码", "当前状态", "数据来源单位", "数据来源单位统一社会信用代码", "备注",
)  # fmt: skip
OPTIONAL: Final = frozenset({"备注", "许可证书名称", "许可编号"})
"""May be empty: not every grant has a certificate."""
NOT_OF_PERSONS: Final = frozenset({"统一社会信用代码", "法定代表人"})
ORDINARY: Final = "普通"
"""许可类别: of the classes 普通、特许、认可、核准、登记 (许可法 12) these kinds are the first; from memory."""
LAST_DAY: Final = "2099-12-31"
"""What platforms take for a term without a last day; from memory."""
PERSON, ORGANISATION = "自然人", "法人及非法人组织"


class Row(Struct, frozen=True):
    """One grant: its cells under HEADS, and the heads under which something should stand and nothing is known."""

    entry: RegisterEntry
    cells: tuple[str, ...]

    @property
    def lacking(self) -> list[str]:
        """Names of the fields that are missing."""
        person = self.cells[1] == PERSON
        return [
            head
            for head, cell in zip(HEADS, self.cells, strict=True)
            if not cell and head not in OPTIONAL and not (person and head in NOT_OF_PERSONS)
        ]


def granted(agency: Agency, first: date, last: date, codes: Sequence[str]) -> QuerySet[RegisterEntry]:
    """The listed grants of `agency` decided from `first` to `last`, of the licences among the kinds `codes`."""
    licences = [kind.code for kind in kinds() if kind.licence and kind.code in codes]
    entries = RegisterEntry.objects.filter(
        withheld="", agency=agency, decided_on__range=(first, last), kind__in=licences
    )
    told = ("permit__application__unit", "permit__granted_by", "agency", "place")
    return entries.select_related(*told).order_by("decided_on", "permit")


def rows(entries: QuerySet[RegisterEntry], today: date | None = None) -> Iterator[Row]:
    """Their rows, in the official language. Three queries: titles of the papers, and the names that changes asked for,
    are read for all of them together."""
    day = today or local_today()
    for entry in entries.prefetch_related("permit__granted_by__documents", with_asks("permit__application")):
        with translation.override("zh-hans"):
            row = Row(entry, _cells(entry, day))
        yield row


def _cells(entry: RegisterEntry, today: date) -> tuple[str, ...]:
    """The row of one decision, a cell for each column of the platforms' table."""
    permit, unit = entry.permit, entry.permit.application.unit
    person, agency = unit.kind == OperatingUnit.Kind.PERSON, entry.agency
    papers = {paper.number: paper for paper in permit.granted_by.documents.all()}
    decision, certificate = papers.get(entry.number), papers.get(entry.certificate)
    source = agency.uscc if agency else ""
    # of an organ above the code is not known
    of_organ = "" if permit.granted_by.act == "record_higher_decision" else source
    return (
        entry.holder,
        PERSON if person else ORGANISATION,
        entry.holder_code,
        "" if person else unit.representative,
        masked((decision.title or decision.label).replace("\n", ""), permit.application) if decision else "",
        entry.number,
        ORDINARY,
        certificate.label if certificate else str(kind_or_absent(entry.kind).label) if entry.certificate else "",
        entry.certificate,
        entry.matter,
        entry.decided_on.isoformat(),
        permit.valid_from.isoformat(),
        permit.valid_to.isoformat() if permit.valid_to else LAST_DAY,
        entry.organ,
        of_organ,
        _state(permit, today),
        agency.name if agency else "",
        source,
        _remark(permit, today),
    )


def _state(permit: Permit, today: date) -> str:
    """有效 or 无效: a permit that is not in force yet was not ended."""
    return "有效" if state_of(permit, today) in (P.VALID, EARLY) else "无效"


def _remark(permit: Permit, today: date) -> str:
    state = state_of(permit, today)
    return "" if state in (P.VALID, EARLY) else str(P(state).label)
