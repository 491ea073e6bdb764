"""English pages have one form of a unit and of a citation, Chinese pages one word for a hectare; days are written as
the language writes them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from config import catalogue
from permits.kinds import kinds
from permits.models import ACTS
from permits.models.states import S
from permits.rules.base import REGISTRY
from permits.rules.named import S0
from permits.rules.sources import S0_NAME
from permits.tables.columns import folded
from permits.tables.kind import TableKind
from permits.text.citing import articles_said, cite, laws_said
from tests.cast import Cast, log_in, markup

AS_WORD = {"hectares"}
"""The name of a column of the database, which no page shows."""
OTHER_UNITS = re.compile(r"hm²|hm2|[Hh]ectares?\b")
OTHER_CITATIONS = re.compile(r"\barts?\.|\b[Aa]rticles? \(?\d|Administrative Licensing Law|》 art|[一-龥]法 art")

ALONE = re.compile(r"^(?!.*(?:Law|[Rr]egulations?|Order \d+|measures)\b.*\bart \d).*\bart \d", re.DOTALL)
ALONE_IN_CHINESE = re.compile(
    r"^(?!.*(?:法|条例|令|办法)[》号]?第[一二三四五六七八九十]+条).*（第[一二三四五六七八九十]+条", re.DOTALL
)
BOUND_BY_A_MIGRATION = ("Withdrawn by the authority", "Revoked", "Cancelled")
"""States of a permit: their English names stand in migrations."""


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return [one for text in catalogue.texts_of_the_code().values() for one in (text.singular, text.plural) if one]


def _days_as_files_write_them(code: ast.Module) -> Iterator[int]:
    """Lines where a text is given a day as `isoformat()` has it."""
    for node in ast.walk(code):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and isinstance(node.right, ast.Dict):
            given = [one.func.attr for one in node.right.values
                     if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute)]  # fmt: skip
            if "isoformat" in given:
                yield node.lineno


def test_a_sentence_tells_a_day_as_its_language_does() -> None:
    """But the table of seals, which programs read, too."""
    where = {
        f"{path.relative_to(settings.BASE_DIR)}:{line}"
        for folder in ("config", "permits", "roles", "workflows")
        for path in Path(settings.BASE_DIR, folder).rglob("*.py") if "migrations" not in path.parts
        for line in _days_as_files_write_them(ast.parse(path.read_text(encoding="utf-8")))
    }  # fmt: skip
    assert {one for one in where if not one.startswith("permits/management/commands/seals.py")} == set()


def test_an_area_is_in_ha_in_english(texts: list[str]) -> None:
    assert [one for one in texts if OTHER_UNITS.search(one) and one not in AS_WORD] == []


def test_an_article_is_cited_as_art_with_paragraph_and_item_in_brackets(texts: list[str]) -> None:
    assert [one for one in texts if OTHER_CITATIONS.search(one)] == []


def test_an_article_is_not_cited_without_its_law(texts: list[str]) -> None:
    """But where the same text named it before, and in the words of an exception, which stand below their own clause."""
    said = [one for one in texts if ALONE.search(one) and not one.startswith(("“", *BOUND_BY_A_MIGRATION))]
    assert said == []
    chinese = [str(message.string) for message in catalogue.read_catalogue(catalogue.po_file()) if message.id]
    assert [one for one in chinese if ALONE_IN_CHINESE.search(one) and not one.startswith("“")] == []


def test_an_area_is_in_one_word_in_chinese() -> None:
    said = catalogue.read_catalogue(catalogue.po_file())
    texts = [str(message.string) for message in said if message.id]
    assert [one for one in texts if re.search(r"hm²|hm2|\bha\b", one)] == []
    tables = [kind.table for kind in kinds() if isinstance(kind, TableKind)]
    assert {column.unit for table in tables for column in table.columns if "ha" in column.name.split("_")} == {"公顷"}
    assert not [column.unit for table in tables for column in table.columns if "hm" in column.unit]


def test_a_volume_is_in_one_word_in_chinese_and_in_its_sign_in_english() -> None:
    said = catalogue.read_catalogue(catalogue.po_file())
    assert [str(message.string) for message in said if message.id and re.search("m³|m3", str(message.string))] == []
    columns = [column for kind in kinds() if isinstance(kind, TableKind) for column in kind.table.columns]
    volumes = [column for column in columns if "m3" in column.name.split("_")]
    assert {column.unit for column in volumes} == {"立方米"}
    with override("en"):
        assert {column.unit_said for column in volumes} == {"m³"}
        assert {str(kind.quota.unit) for kind in kinds() if kind.quota} <= {"ha", "m³"}


@pytest.mark.parametrize("written", ["采伐蓄积（m³）", "采伐蓄积(m3)", "采伐蓄积（立方米）", "采伐蓄积"])
def test_a_file_with_the_sign_of_a_volume_is_read(written: str) -> None:
    table = next(kind.table for kind in kinds() if isinstance(kind, TableKind) and kind.code == "felling")
    assert table.heads[folded(written)] == "volume_m3"


@pytest.mark.parametrize("written", ["面积（hm²）", "面积(ha)", "面积（公顷）", "面积"])
def test_a_file_of_others_with_the_sign_of_the_unit_is_read(written: str) -> None:
    table = next(kind.table for kind in kinds() if isinstance(kind, TableKind) and kind.code == "tending")
    assert table.heads[folded(written)] == "area_ha"


def test_every_source_of_a_rule_has_an_english_name_with_the_chinese_beside_it() -> None:
    with override("en"):
        for rule in REGISTRY.rules.values():
            for clause in rule.citations:
                told = cite(clause.source, clause.article)
                assert re.match(r"[A-Za-z][^㐀-鿿]+ \(.*[㐀-鿿]", told), told


@pytest.mark.parametrize(
    ("source", "article", "english", "chinese"),
    [
        ("森林法（2019年修订）", "第五十五条第一款第三项", "Forest Law (森林法, 2019年修订) art 55(1)(3)",
         "森林法（2019年修订） 第五十五条第一款第三项"),
        ("行政许可法", "第四十三条", "Licensing Law (行政许可法) art 43", "行政许可法 第四十三条"),
        ("森林法（2019年修订）；野生动物保护法（2022年修订）", "第五十五条、第十三条",
         "Forest Law (森林法, 2019年修订); Wildlife Law (野生动物保护法, 2022年修订) art 55, 13",
         "森林法（2019年修订）；野生动物保护法（2022年修订） 第五十五条、第十三条"),
        ("蓟州区落实天然林保护修复制度实施方案", "L31",
         "Jizhou's plan for natural forest (蓟州区落实天然林保护修复制度实施方案) L31",
         "蓟州区落实天然林保护修复制度实施方案 第31行"),
        ("没有英文名的文件", "条号未查到", "没有英文名的文件 (article not found)", "没有英文名的文件 条号未查到"),
        ("生态环境法典", "第三编 生态保护", "Ecological and Environmental Code (生态环境法典) part 3 (生态保护)",
         "生态环境法典 第三编 生态保护"),
        ("森林抚育作业设计规定", "第三条", "Rules on tending designs (森林抚育作业设计规定) art 3",
         "森林抚育作业设计规定 第三条"),
        ("森林法", "第十六条（条号凭记忆）", "Forest Law (森林法) art 16 (number from memory)",
         "森林法 第十六条（条号凭记忆）"),
        ("森林法", "第三十四条第一款第二项至第九项", "Forest Law (森林法) art 34(1)(2)–(9)",
         "森林法 第三十四条第一款第二项至第九项"),
        ("森林法；野生动物保护法", "第八十四条；第六十四条",
         "Forest Law (森林法); Wildlife Law (野生动物保护法) art 84; art 64",
         "森林法；野生动物保护法 第八十四条；第六十四条"),
    ],
)  # fmt: skip
def test_a_clause_that_stands_alone_is_told_in_the_language_of_the_reader(
    source: str, article: str, english: str, chinese: str
) -> None:
    with override("en"):
        assert cite(source, article) == english
    with override("zh-hans"):
        assert cite(source, article) == chinese


def test_every_article_of_a_rule_is_told_in_english() -> None:
    """But for the name of a passage where the document has no articles, or none was found."""
    with override("en"):
        said = {articles_said(one.article) for rule in REGISTRY.rules.values() for one in rule.citations}
    assert [one for one in said if re.search(r"第.+[条编]|条号", one)] == []


@pytest.mark.django_db
def test_the_guide_names_what_it_rests_on_in_the_language_of_the_reader(client: Client, cast: Cast) -> None:
    address = reverse("guide", args=["occupation", "110101"])
    chinese, english = "中华人民共和国森林法实施条例", "Implementing Regulations of the Forest Law"

    def grounds() -> str:
        return markup(client.get(address).text).partition('id="law"')[2]

    assert f">{chinese} 第十六条第二项" in grounds()
    client.cookies.load({"django_language": "en"})
    assert f">{english} ({chinese}) art 16(2)" in grounds()


@pytest.mark.django_db
def test_the_guide_cites_its_periods_in_the_language_of_the_reader(client: Client, cast: Cast) -> None:
    address = reverse("guide", args=["tending", "110101"])
    assert "行政许可法第四十三条" in client.get(address).text
    client.cookies["django_language"] = "en"
    page = client.get(address).text
    assert "Licensing Law (行政许可法) art 43" in page
    assert "第四十三条" not in page


@pytest.mark.parametrize(
    ("written", "english"),
    [
        ("《行政许可法》第三十二条第一款第四项、第三十八条第二款、国家林业局令第35号第十一条",
         "Licensing Law (行政许可法) art 32(1)(4), 38(2); "
         "Order 35 on the use of forest land (国家林业局令第35号) art 11"),
        ("《行政许可法》第四十六条至第四十八条", "Licensing Law (行政许可法) art 46–48"),
        ("《森林采伐更新管理办法》", "measures on felling and regeneration (森林采伐更新管理办法)"),
        ("所列法律", "所列法律"),
    ],
)  # fmt: skip
def test_laws_written_one_after_another_are_told_in_the_language_of_the_reader(written: str, english: str) -> None:
    with override("en"):
        assert laws_said(written) == english
    with override("zh-hans"):
        assert laws_said(written) == written


def test_every_act_tells_english_readers_its_law_in_english() -> None:
    with override("en"):
        for name, spec in ACTS.items():
            told = laws_said(spec.law)
            assert not re.search("[一二三四五六七八九十]+条|《", told), (name, told)


@pytest.mark.django_db
def test_places_in_the_role_matrix_and_periods_are_told_in_the_language_of_the_reader(
    client: Client, cast: Cast
) -> None:
    with override("en"):
        assert articles_said("第三十二条第二款") == "art 32(2)"
    case, mine = cast.case_at(S.APPROVED), log_in(cast.clerk)
    for address in (reverse("guide", args=["tending", "110101"]), reverse("case", args=[case.pk])):
        mine.cookies["django_language"] = "en"
        page = mine.get(address).text
        assert "行政许可法第" not in page
        assert not re.search(r"</?(?!q\b)[^>]*>[^<]*《行政许可法》第", page)


def test_the_plan_without_a_title_has_one_name_in_rules_materials_and_matrix() -> None:
    """Its title is inferred, and the matrix says so beside it."""
    rows = yaml.safe_load((settings.BASE_DIR / "roles/data/documents.yaml").read_text(encoding="utf-8"))
    told = next(row["title"] for row in rows["documents"] if row["code"] == "S0").partition("（")[0]
    assert {S0.zh, S0_NAME.partition("（")[0]} == {told}
