"""Numbers: one after the other for each agency and year, without a gap and never twice."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django_q.models import OrmQ

from permits.acts.perform import act_performed
from permits.documents.numbering import PRINT, code_of, pending, reserve
from permits.models import Act, Document, NumberSequence
from permits.models.document import DocumentFile, NoticeKind
from permits.models.states import S
from roles.models import Agency
from tests.cast import Cast

THIS_YEAR = 2026


@pytest.fixture
def record(cast: Cast) -> Act:
    """An act of the district's bureau that required a paper."""
    return cast.walk_to(S.FIRST_REVIEW).acts.get(act="accept")


def serials(record: Act) -> list[int]:
    assert record.agency is not None
    of_its_series = record.documents.earliest("pk").prefix
    papers = Document.objects.filter(agency=record.agency, year=THIS_YEAR, prefix=of_its_series)
    return sorted(papers.values_list("serial", flat=True))


def test_an_act_told_in_writing_reserves_its_notice(record: Act) -> None:
    paper = record.documents.get()
    assert (paper.kind, paper.status, paper.serial) == (NoticeKind.ACCEPTANCE, Document.Status.PENDING, 1)
    assert paper.application == record.application
    assert pending().first() == paper


def test_an_approval_reserves_its_reply_and_its_certificate_each_in_its_series(cast: Cast) -> None:
    act = cast.walk_to(S.APPROVED).acts.get(act="approve")
    papers = list(act.documents.order_by("pk"))
    assert [paper.kind for paper in papers] == ["tending_approval", "tending_certificate"]
    assert [paper.number for paper in papers] == ["京绿资发〔2026〕1号", "北京市园林绿化局证〔2026〕1号"]


def test_printing_is_enqueued_with_the_act(record: Act) -> None:
    assert [job.func() for job in OrmQ.objects.all()] == [PRINT] * 2  # the receipt of the materials before it


def test_where_the_agency_code_is_unknown_its_name_stands_in_the_number(record: Act) -> None:
    paper = record.documents.get()
    assert paper.number == "北京市密云区园林绿化局通〔2026〕1号"
    assert not paper.prefix_verified
    agency = Agency.objects.get(slug="bj-forestry")
    with transaction.atomic():
        other = reserve(record, kind="tending_approval", agency=agency)
    assert other.number.startswith(f"{agency.document_prefix}〔2026〕")
    assert other.prefix_verified


def test_a_rolled_back_act_gives_its_number_back(cast: Cast) -> None:
    case = cast.walk_to(S.SUBMITTED)
    later = cast.walk_to(S.SUBMITTED)

    def refuse(**_: object) -> None:
        raise RuntimeError("the flow will not have it")

    before = (Document.objects.count(), OrmQ.objects.count())
    act_performed.connect(refuse)
    try:
        with pytest.raises(RuntimeError):
            cast.do(case, "accept")
    finally:
        act_performed.disconnect(refuse)
    assert (Document.objects.count(), OrmQ.objects.count()) == before
    record = cast.do(later, "accept")
    assert serials(record) == [1]


def test_numbers_have_no_gap_when_some_acts_fail(record: Act) -> None:
    for number in range(12):
        try:
            with transaction.atomic():
                reserve(record, kind=f"kind {number}")
                if number % 3 == 0:
                    raise RuntimeError
        except RuntimeError:
            continue
    assert serials(record) == list(range(1, len(serials(record)) + 1))
    assert len(serials(record)) == 9


def test_a_year_begins_with_one_again_and_agencies_count_apart(record: Act) -> None:
    with transaction.atomic():
        assert reserve(record, kind=NoticeKind.OUTCOME, year=2027).serial == 1
        assert reserve(record, kind=NoticeKind.REPORT_UP, year=2027).serial == 2
        assert reserve(record, kind=NoticeKind.EXTENSION, agency=Agency.objects.get(slug="bj-forestry")).serial == 1


def test_an_act_has_one_paper_of_a_kind(record: Act) -> None:
    last = NumberSequence.objects.get(prefix=record.documents.get().prefix).last
    with pytest.raises(IntegrityError), transaction.atomic():
        reserve(record, kind=NoticeKind.ACCEPTANCE)
    assert NumberSequence.objects.get(prefix=record.documents.get().prefix).last == last


def test_a_number_cannot_stand_twice(record: Act) -> None:
    paper = record.documents.get()
    paper.pk, paper.kind, paper.token = None, NoticeKind.OUTCOME, "another"
    with pytest.raises(IntegrityError), transaction.atomic():
        paper.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_reserved(cast: Cast) -> None:
    record = cast.walk_to(S.FIRST_REVIEW).acts.get(act="accept")
    with pytest.raises(transaction.TransactionManagementError):
        reserve(record, kind=NoticeKind.OUTCOME)


def test_an_act_without_an_agency_cannot_issue(record: Act, cast: Cast) -> None:
    submitted = record.application.acts.get(act="submit")
    with pytest.raises(ValueError, match="no agency"):
        reserve(submitted, kind=NoticeKind.OUTCOME)


def test_tokens_are_long_and_codes_are_short_and_neither_repeats(record: Act) -> None:
    with transaction.atomic():
        papers = [reserve(record, kind=f"kind {number}") for number in range(40)]
    assert len({paper.token for paper in papers}) == 40
    assert min(len(paper.token) for paper in papers) >= 32
    assert len({code_of(paper.token) for paper in papers}) == 40
    assert all(len(code_of(paper.token)) == 14 for paper in papers)


def test_the_database_refuses_an_issued_paper_without_a_file_hash(record: Act) -> None:
    paper = record.documents.get()
    paper.status = Document.Status.ISSUED
    with pytest.raises(IntegrityError), transaction.atomic():
        paper.save(update_fields=["status"])


def test_a_signed_file_is_written_once(record: Act) -> None:
    file = DocumentFile(document=record.documents.get(), pdf=b"%PDF-1")
    file.save()
    file.pdf = b"%PDF-2"
    with pytest.raises(ValidationError):
        file.save()
    with pytest.raises(ValidationError):
        file.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        DocumentFile(document=record.documents.get(), pdf=b"%PDF-3").save()
