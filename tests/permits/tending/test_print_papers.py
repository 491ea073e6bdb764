"""The papers of a decision: they say what was handed in, in Chinese, and print however long the table is."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string

from permits.documents.content import Certificate, Letter, Paper, Table
from permits.documents.rendering import render
from permits.models import Application
from permits.models.states import S
from permits.tending.kind import TENDING
from permits.tending.models import SubCompartment
from tests.cast import Cast, plot
from tests.permits.documents.reading import pages_of, text_of
from tests.prepared import walked_once

ROWS = 120


@pytest.fixture
def approved(cast: Cast) -> Application:
    return with_a_long_table()


@walked_once("cast")
def with_a_long_table() -> Application:
    plots = [plot(number=str(n), method="sanitation" if n % 2 else "growth_thinning") for n in range(1, ROWS + 1)]
    return Cast.enter().walk_to(S.APPROVED, *plots)


def papers_of(application: Application) -> dict[str, Paper]:
    return {
        str(document.kind): TENDING.paper(document) for document in application.documents.filter(act__after="approved")
    }


def test_an_approval_gives_a_reply_and_a_certificate(approved: Application) -> None:
    papers = papers_of(approved)
    reply, certificate = papers["tending_approval"], papers["tending_certificate"]
    assert isinstance(reply, Letter)
    assert isinstance(certificate, Certificate)
    assert dict(certificate.facts.pairs)["批准文号"] == str(reply.number)
    assert f"{ROWS}个小班" in dict(certificate.facts.pairs)["作业面积"]
    assert dict(certificate.facts.pairs)["抚育方式"] == "生长伐、卫生伐"


def test_the_table_of_the_papers_has_every_row_and_the_total_of_the_area(approved: Application) -> None:
    (table,) = papers_of(approved)["tending_approval"].annexes[0].blocks
    assert isinstance(table, Table)
    assert [row[2] for row in table.rows] == [str(n) for n in range(1, ROWS + 1)]
    assert {len(row[3].partition(".")[2]) for row in table.rows} == {1}
    assert (table.totals[0], table.totals[3]) == ("合计", f"{sum(float(row[3]) for row in table.rows):.1f}")


def test_a_long_table_prints_over_pages_with_its_heads_repeated(approved: Application) -> None:
    pages = pages_of(render(papers_of(approved)["tending_approval"]))
    assert sum("抚育方式" in page and "小班号" in page for page in pages) > 2


def test_no_paper_calls_itself_an_administrative_licence(approved: Application) -> None:
    for paper in papers_of(approved).values():
        assert "行政许可决定" not in text_of(render(paper))


def test_a_paper_says_what_was_handed_in_whatever_became_of_the_rows(approved: Application) -> None:
    SubCompartment.objects.filter(head=approved.pk).update(township="别处")
    assert "别处" not in str(papers_of(approved)["tending_approval"])


def test_a_refusal_gives_its_reasons_and_no_certificate(cast: Cast) -> None:
    refused = cast.case_at(S.REFUSED)
    (document,) = refused.documents.filter(act__after="refused")
    paper = TENDING.paper(document)
    assert document.kind == "tending_refusal"
    assert "采伐强度超过规定" in str(paper)
    assert "行政复议" in str(paper)


def test_the_rare_characters_of_a_place_are_printed(cast: Cast) -> None:
    case = cast.case_at(S.APPROVED, plot(township="龘喆镇", compartment="堃村"))
    (document,) = case.documents.filter(kind="tending_approval")
    assert "龘喆镇" in text_of(render(TENDING.paper(document)))


def test_the_summary_shows_officers_what_was_handed_in_last(cast: Cast) -> None:
    case = cast.case_at(S.CORRECTING)
    SubCompartment.objects.filter(head=case.pk).update(remark="还没交")
    shown = render_to_string("permits/tables/summary.html", {"application": case, "user": cast.acceptor})
    assert "还没交" not in shown
    own = render_to_string("permits/tables/summary.html", {"application": case, "user": cast.clerk})
    assert "还没交" in own
