"""The guide and the precheck, for everyone: they tell what the matrix and the rules say, and keep nothing."""

from __future__ import annotations

from importlib import import_module
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from permits.kinds import kinds
from permits.models import Act, Application, PromisedPeriod
from permits.models.states import S
from permits.tables import exporting
from permits.tables.kind import plain_json
from permits.tables.precheck import head_fields, row_columns
from permits.text.citing import order_of
from permits.views.guide import laws
from roles.models import Agency, NetworkCount
from roles.rates import Rate, TooMany, insist_rate
from tests.cast import Cast, log_in
from tests.permits.occupation.cases import MIYUN

CODES = [kind.code for kind in kinds()]
WRITES = ("INSERT", "UPDATE", "DELETE")


def kind_of(code: str) -> Any:
    return next(kind for kind in kinds() if kind.code == code)


def drafted(cast: Cast, code: str) -> Application:
    """A whole draft of the kind, whose facts are entered once more."""
    if code == "tending":
        return cast.case_at(S.DRAFT)
    case: Application = import_module(f"tests.permits.{code}.cases").draft()[0]
    return case


def said(code: str, case: Application, **more: Any) -> dict[str, Any]:
    """What a visitor types: head and first row of the draft."""
    kind = kind_of(code)
    head, row = kind.head_of(case), kind.rows_of(case)[0]
    typed = {name: plain_json(getattr(head, name)) for name in head_fields(kind)}
    for name in row_columns(kind):
        value = plain_json(getattr(row, name))
        typed[f"row1-{name}"] = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
    whole = {name: value for name, value in typed.items() if value is not None}
    return whole | {"district": MIYUN, "count": "1", "check": "1"} | more


def written(queries: CaptureQueriesContext) -> set[str]:
    """Tables that were written to."""
    return {one["sql"].split('"')[1] for one in queries.captured_queries if one["sql"].startswith(WRITES)}


@pytest.mark.parametrize("code", CODES)
def test_the_guide_names_organs_materials_periods_and_law(cast: Cast, code: str) -> None:
    place = reverse("guide", args=[code, MIYUN])
    assert place in Client().get(reverse("guide-list")).text
    with CaptureQueriesContext(connection) as queries:
        page = Client().get(place).text
    assert len(queries) <= 25
    for told in ("密云区", "行政许可法第四十二条", "密云区园林绿化局"):
        assert told in page, told


@pytest.mark.parametrize(("code", "told"), [("occupation", True), ("tending", False)])
def test_the_guide_tells_within_what_time_the_site_is_checked_where_it_is(cast: Cast, code: str, told: bool) -> None:
    page = Client().get(reverse("guide", args=[code, MIYUN])).text
    assert ("现场查验" in page.partition('id="time"')[2].partition("</section>")[0]) is told


@pytest.mark.parametrize(("code", "told"), [("occupation", True), ("tending", False)])
def test_the_guide_tells_how_long_the_public_notice_is_and_by_what_the_fee_is_computed(
    cast: Cast, code: str, told: bool
) -> None:
    page = Client().get(reverse("guide", args=[code, MIYUN])).text
    assert ("公示，不少于5个工作日（建设项目使用林地审核审批管理办法第十一条）" in page) is told
    assert ("按面积、地类、公益林级别、是否在城市规划区内" in page) is told


def test_the_guide_tells_a_promised_period(cast: Cast) -> None:
    agency = Agency.objects.get(slug="bj-forestry")
    PromisedPeriod.objects.create(agency=agency, kind="tending", period="decide", working_days=7, source="网站承诺")
    page = Client().get(reverse("guide", args=["tending", MIYUN])).text
    assert "网站承诺" in page


@pytest.mark.parametrize("code", CODES)
def test_the_guide_names_the_articles_of_a_law_in_their_order(cast: Cast, code: str) -> None:
    for law in laws(code, MIYUN):
        articles = law.articles.split("、")
        assert articles == sorted(articles, key=order_of), law.source


def test_a_source_read_in_its_summary_says_so_in_english(cast: Cast) -> None:
    with override("en"):
        assert "(official summary, without article numbers)" in [one.articles for one in laws("occupation", MIYUN)]


def test_no_guide_of_what_is_not_there(cast: Cast) -> None:
    for arguments in (["x", MIYUN], ["tending", "999999"], ["tending", "110000"]):
        assert Client().get(reverse("guide", args=arguments)).status_code == 404
    assert Client().get(reverse("precheck", args=["x"])).status_code == 404


@pytest.mark.parametrize("code", CODES)
def test_a_precheck_says_what_the_rules_say_and_keeps_nothing(cast: Cast, code: str) -> None:
    posted = said(code, drafted(cast, code))
    before, client = (Application.objects.count(), Act.objects.count()), Client()
    place = reverse("precheck", args=[code])
    assert client.get(place).status_code == 200
    with CaptureQueriesContext(connection) as queries:
        answer = client.post(place, posted)
    assert answer.status_code == 200, answer.text[:6000]
    assert answer.context["found"].verdict.decided_by
    assert written(queries) <= {NetworkCount._meta.db_table}
    assert (Application.objects.count(), Act.objects.count()) == before
    assert "sessionid" not in client.cookies
    assert "引用" in answer.text or 'class="citation' in answer.text


@pytest.mark.parametrize("code", CODES)
def test_a_precheck_reads_the_table_of_the_application(cast: Cast, code: str) -> None:
    case = drafted(cast, code)
    kind = kind_of(code)
    table = exporting.to_xlsx([row.values for row in kind.rows_of(case)], table=kind.table)
    posted = {name: value for name, value in said(code, case).items() if not name.startswith("row1-")}
    answer = Client().post(reverse("precheck", args=[code]), posted | {"file": SimpleUploadedFile("t.xlsx", table)})
    assert answer.status_code == 200, answer.text[:6000]
    assert answer.context["read"] == len(kind.rows_of(case))


def test_what_is_missing_is_told_at_its_field(cast: Cast) -> None:
    posted = said("tending", drafted(cast, "tending"))
    del posted["row1-origin"], posted["work_from"]
    answer = Client().post(reverse("precheck", args=["tending"]), posted)
    assert answer.status_code == 422
    for anchor in ("#id_row1-origin", "#id_work_from"):
        assert anchor in answer.text
    assert "found" not in answer.context


def test_one_row_more_keeps_what_was_typed(cast: Cast) -> None:
    posted = said("tending", drafted(cast, "tending"), more="1")
    answer = Client().post(reverse("precheck", args=["tending"]), posted)
    assert answer.status_code == 200
    assert "row2-origin" in answer.text
    assert f'value="{posted["row1-area_ha"]}"' in answer.text
    assert "error-summary" not in answer.text
    shown = answer.content.decode()
    assert 'id="row-2"' in shown, "the button led to the row it adds"
    assert 'formaction="#row-3"' in shown


def test_optional_papers_count_once_they_are_ticked(cast: Cast) -> None:
    posted = said("occupation", drafted(cast, "occupation"), national_major="True")
    without = Client().post(reverse("precheck", args=["occupation"]), posted).context
    code = next(entry.document for entry, choice, _ticked in without["materials"] if choice)
    ticked = Client().post(reverse("precheck", args=["occupation"]), posted | {"papers": [code]}).context
    assert [entry.document for entry, _choice, chosen in ticked["materials"] if chosen] == [code]


@pytest.mark.parametrize("file", [b"", b"MZ\x90\x00", BytesIO(b"x" * (2 * 1024 * 1024 + 1)).getvalue()])
def test_a_bad_file_is_refused_with_the_reason(cast: Cast, file: bytes) -> None:
    posted = said("tending", drafted(cast, "tending")) | {"file": SimpleUploadedFile("t.xlsx", file)}
    answer = Client().post(reverse("precheck", args=["tending"]), posted)
    assert answer.status_code == 422
    assert "#id_file" in answer.text


def test_a_network_that_asks_too_often_waits(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("permits.views.precheck.CHECKED", Rate("precheck", most=2, seconds=600))
    place = reverse("precheck", args=["tending"])
    codes = [Client().post(place, {}).status_code for _time in range(3)]
    assert codes == [422, 422, 429]
    assert Client().get(place).status_code == 200
    assert Client(REMOTE_ADDR="192.0.2.7").post(place, {}).status_code == 422


def test_counts_keep_no_address_and_no_past(cast: Cast) -> None:
    NetworkCount.objects.create(what="x", network="0" * 32, span=1, count=9)
    rate = Rate("x", most=1, seconds=600)
    insist_rate(rate, "2001:db8::1")
    with pytest.raises(TooMany):
        insist_rate(rate, "2001:db8::2")  # the same network
    kept = NetworkCount.objects.get()
    assert (kept.count, "2001" in kept.network) == (2, False)


def test_who_does_not_know_which_kind_it_is_reads_what_each_is_for(cast: Cast) -> None:
    for page in (Client().get(reverse("guide-list")), log_in(cast.clerk).get(reverse("draft-new"))):
        for kind in kinds():
            with override("zh-hans"):
                assert kind.needed_for
                assert str(kind.needed_for) in page.text
