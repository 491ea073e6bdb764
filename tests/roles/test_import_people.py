"""Entering people from a spreadsheet: looked at first, all or nothing, each fault by its cell, no rights given."""

from __future__ import annotations

import io
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override
from openpyxl import Workbook, load_workbook

from roles import whole_rows
from roles.access import mandates_of, units_of
from roles.models import Membership, OperatingUnit, Person, Post, SecurityEvent
from roles.models.security import What
from roles.people_file import COLUMNS
from tests.cast import FARM, Cast

LI: dict[str, Any] = {"login": "li", "name": "李四", "body": "bj-miyun-forestry", "post": "窗口岗", "ground": "任字1号"}
NUMBER = "11010519491231002X"
FULL_WIDTH = "１１０１０５１９４９１２３１００２ｘ"


def listed(folder: Path, *rows: dict[str, Any]) -> Path:
    """The template, filled in."""
    file = folder / "people.xlsx"
    call_command("import_people", template=file)
    book = load_workbook(file)
    for number, row in enumerate(rows, 2):
        for index, column in enumerate(COLUMNS, 1):
            book.worksheets[0].cell(number, index, row.get(column.name))
    book.save(file)
    return file


def run(file: Path, **options: Any) -> str:
    out = io.StringIO()
    call_command("import_people", file, stdout=out, **options)
    return out.getvalue()


def faults(file: Path) -> list[str]:
    before = (Person.objects.count(), Post.objects.count(), SecurityEvent.objects.count())
    with pytest.raises(CommandError) as refused:
        run(file, commit=True)
    assert (Person.objects.count(), Post.objects.count(), SecurityEvent.objects.count()) == before
    return [line.split(":")[0] for line in str(refused.value).splitlines()[1:]]


def test_without_commit_it_only_tells_what_would_be_entered(cast: Cast, tmp_path: Path) -> None:
    told = run(listed(tmp_path, LI))
    assert "李四" in told
    assert "--commit" in told
    assert not Person.objects.filter(username="li").exists()
    assert not Post.objects.filter(name="窗口岗").exists()


def test_what_the_spreadsheet_rounded_or_could_not_compute_is_no_number_and_no_name(cast: Cast, tmp_path: Path) -> None:
    rounded = 110105197009150000  # of eighteen digits a spreadsheet keeps fifteen: here its last sign fits by chance
    assert faults(listed(tmp_path, LI | {"number": rounded})) == ["C2"]
    assert faults(listed(tmp_path, LI | {"number": float(rounded)})) == ["C2"]
    assert faults(listed(tmp_path, LI | {"login": rounded})) == ["A2"]  # once: it is not empty besides
    assert faults(listed(tmp_path, LI | {"post": "#REF!", "name": "#N/A"})) == ["B2", "G2"]


def test_people_posts_and_terms_are_entered_with_their_lines_in_the_log_and_no_rights(
    cast: Cast, tmp_path: Path
) -> None:
    wang = {"login": "wang", "name": "王五", "body": FARM, "post": "护林岗", "ground": "聘字2号",
            "since": date(2026, 12, 1), "until": "2027-11-30", "number": NUMBER}  # fmt: skip
    zhao = {"login": 138.0, "name": "赵六", "email": "zhao@example.cn"}
    run(listed(tmp_path, LI, wang, zhao), commit=True)
    person = Person.objects.get(username="li")
    assert not person.has_usable_password()
    assert not mandates_of(person).exists()
    term = Membership.objects.get(person__username="wang")
    assert (term.post.unit, term.since, term.until) == (cast.farm, date(2026, 12, 1), date(2027, 11, 30))
    assert not units_of(term.person).exists()
    assert Person.objects.get(username="138").email == "zhao@example.cn"
    lines = SecurityEvent.objects.filter(person=person).order_by("pk").values_list("what", "by", "ground")
    assert list(lines) == [(What.ACCOUNT_OPENED, None, ""), (What.APPOINTED, None, "任字1号")]


def test_the_same_login_again_is_a_new_term_and_no_second_account(cast: Cast, tmp_path: Path) -> None:
    second = LI | {"body": "bj-forestry", "post": "综合岗", "login": "LI"}
    run(listed(tmp_path, LI, second, LI | {"login": "sun", "name": "孙七"}), commit=True)
    assert Membership.objects.filter(person__username="li").count() == 2
    assert Person.objects.filter(username__iexact="li").count() == 1
    assert Post.objects.filter(name="窗口岗").count() == 1


@pytest.mark.parametrize(
    ("wrong", "cell"),
    [
        ({"login": ""}, "A3"), ({"login": "a b"}, "A3"), ({"name": ""}, "B3"), ({"login": "clerk"}, "B3"),
        ({"number": "123"}, "C3"), ({"email": "nobody"}, "D3"), ({"body": "没有这个机关"}, "F3"), ({"body": ""}, "F3"),
        ({"post": ""}, "G3"), ({"since": "下周一"}, "H3"), ({"until": "2026-01-01"}, "I3"), ({"ground": ""}, "J3"),
        ({"name": "=1+1"}, "B3"), ({"since": "2026-11-21", "login": "li", "name": "李四"}, "H3"),
    ],
)  # fmt: skip
def test_each_fault_is_told_by_its_cell_and_nothing_is_entered(
    cast: Cast, tmp_path: Path, wrong: dict[str, Any], cell: str
) -> None:
    assert faults(listed(tmp_path, LI, LI | {"login": "wu", "name": "吴八"} | wrong)) == [cell]


def test_all_that_is_wrong_with_a_row_is_told_at_once(cast: Cast, tmp_path: Path) -> None:
    row = {"login": "a b", "name": "吴八", "number": "123", "body": "没有这个机关", "since": "下周一"}
    assert faults(listed(tmp_path, row)) == ["H2", "C2", "A2", "F2", "G2", "J2"]
    wu = LI | {"login": "wu", "name": "吴八", "email": "nobody", "body": ""}
    assert faults(listed(tmp_path, wu)) == ["D2", "F2"]
    assert faults(listed(tmp_path, wu | {"login": "a b", "number": "123"})) == ["C2", "A2", "D2", "F2"]
    assert faults(listed(tmp_path, wu | {"login": "", "number": "123"})) == ["A2", "C2", "D2", "F2"]
    assert faults(listed(tmp_path, wu | {"name": ""})) == ["B2", "D2", "F2"]


def test_no_fault_of_a_row_hides_another(cast: Cast, tmp_path: Path) -> None:
    past = LI | {"login": "wu", "name": "吴八", "until": "2020-01-01"}
    assert faults(listed(tmp_path, past | {"login": "", "number": "1"})) == ["A2", "C2", "I2"]
    assert faults(listed(tmp_path, past | {"login": "=1", "number": "1", "email": "x"})) == ["A2", "C2", "D2", "I2"]
    assert faults(listed(tmp_path, past | {"post": "", "ground": ""})) == ["G2", "J2", "I2"]
    assert faults(listed(tmp_path, past | {"body": "=1", "ground": ""})) == ["F2", "J2", "I2"]
    assert faults(listed(tmp_path, {"login": "clerk", "name": "吴八", "number": "1"})) == ["B2", "C2"]
    assert faults(listed(tmp_path, {"login": "wu", "name": "吴八", "ground": "任字1号"})) == ["F2", "G2"]
    assert faults(listed(tmp_path, past | {"until": "", "post": "岗" * 200})) == ["G2"]
    assert faults(listed(tmp_path, past | {"since": "x"})) == ["H2"], "one day alone tells nothing of a term"
    assert faults(listed(tmp_path, past | {"since": "1026-12-01", "until": date(9026, 12, 1)})) == ["H2", "I2"]


def test_two_hundred_rows_tell_all_their_faults_row_after_row(cast: Cast, tmp_path: Path) -> None:
    rows = [LI | {"login": f"wu{number}", "name": "吴八"} for number in range(2, 202)]
    wrong: dict[int, dict[str, Any]] = {
        7: {"since": "x"},
        50: {"login": ""},
        51: {"login": "=1"},
        200: {"until": "2020-01-01"},
    }
    for number, cells in wrong.items():
        rows[number - 2] |= cells
    assert faults(listed(tmp_path, *rows)) == ["H7", "A50", "A51", "I200"]


def test_cells_that_only_look_empty_far_below_are_told(cast: Cast, tmp_path: Path) -> None:
    """One person and a format that goes down to the last row were told as too many people."""
    file = listed(tmp_path, LI)
    book = load_workbook(file)
    book.worksheets[0].cell(1_048_576, 2).number_format = "0"
    book.save(file)
    with pytest.raises(CommandError, match=r"J1048576.*整行整列删除"):
        run(file)


def test_spaces_and_full_width_digits_are_read(cast: Cast, tmp_path: Path) -> None:
    full = {"login": " wu ", "name": " 吴八\u3000", "since": "２０２６-１２-０１", "number": FULL_WIDTH}
    run(listed(tmp_path, LI | full), commit=True)
    term = Membership.objects.get(person__username="wu")
    assert (term.person.name, term.since) == ("吴八", date(2026, 12, 1))
    assert faults(listed(tmp_path, LI | {"login": "other", "name": "吴八", "number": NUMBER})) == ["C2"]


def test_full_width_logins_addresses_and_telephones_are_kept_in_half_width(cast: Cast, tmp_path: Path) -> None:
    """A full-width digit was told as none of the digits that a login may have."""
    full = {"login": "ｗｕ８", "email": "ｗｕ＠example.cn", "phone": "０１０－６９０４"}
    run(listed(tmp_path, LI | full | {"name": "吴八"}), commit=True)
    person = Person.objects.get(username="wu8")
    assert (person.email, person.phone) == ("wu@example.cn", "010-6904")


def test_what_the_spreadsheet_made_a_date_or_a_yes_of_is_no_name_and_no_ground(cast: Cast, tmp_path: Path) -> None:
    """A ground written 1-2 came in as 2026-01-02 00:00:00."""
    made = {"name": True, "post": time(8, 30), "ground": datetime(2026, 1, 2)}  # noqa: DTZ001 - as a spreadsheet has it
    assert faults(listed(tmp_path, LI | made)) == ["B2", "G2", "J2"]
    assert faults(listed(tmp_path, LI | {"login": date(2026, 1, 2)})) == ["A2"]


def test_one_human_gets_one_account(cast: Cast, tmp_path: Path) -> None:
    other = LI | {"login": "wu", "name": "吴八", "number": NUMBER}
    assert faults(listed(tmp_path, LI | {"number": NUMBER}, other)) == ["C3"]


def test_a_number_given_for_an_account_that_has_none_is_kept_with_its_line(cast: Cast, tmp_path: Path) -> None:
    run(listed(tmp_path, LI), commit=True)
    run(listed(tmp_path, {"login": "li", "name": "李四", "number": NUMBER}), commit=True)
    person = Person.objects.get(username="li")
    assert person.identity
    line = SecurityEvent.objects.filter(person=person, what=What.ACCOUNT_CHANGED).get()
    assert line.details["identified"] is True
    assert not list(whole_rows.differences())
    assert faults(listed(tmp_path, {"login": "li", "name": "李四", "number": NUMBER[:-1] + "1"})) == ["C2"]
    assert faults(listed(tmp_path, {"login": "wu", "name": "吴八", "number": NUMBER})) == ["C2"]


def test_a_file_that_is_no_such_list_is_refused(cast: Cast, tmp_path: Path) -> None:
    empty, text = tmp_path / "empty.xlsx", tmp_path / "text.xlsx"
    Workbook().save(empty)
    text.write_text("login,name")
    for file in (empty, text, tmp_path / "nowhere.xlsx"):
        with pytest.raises(CommandError):
            run(file)


def refused(file: Path) -> str:
    with pytest.raises(CommandError) as told:
        run(file, commit=True)
    return str(told.value)


@pytest.mark.parametrize(
    ("cell", "head", "told"),
    [
        ("B1", "名字", ["B1", "“姓名”", "“名字”"]),
        ("J1", None, ["J1", "“依据”"]),
        ("K1", "备注", ["K1", "“备注”"]),
        ("L1", "备注", ["L1", "“备注”"]),
    ],
)
def test_a_heading_that_is_another_lacking_or_one_too_many_is_told_by_its_cell(
    cast: Cast, tmp_path: Path, cell: str, head: str | None, told: list[str]
) -> None:
    """What stood in a column beside those of the template was left out without a word."""
    file = listed(tmp_path, LI)
    book = load_workbook(file)
    for column in COLUMNS:
        with override("zh-hans"):
            book.worksheets[0].cell(1, COLUMNS.index(column) + 1, str(column.head))
    book.worksheets[0][cell] = head
    book.save(file)
    said = refused(file)
    assert [word for word in told if word not in said] == []


def test_a_list_that_names_nobody_is_not_told_as_entered(cast: Cast, tmp_path: Path) -> None:
    assert "第二行" in refused(listed(tmp_path))


def test_the_template_explains_its_columns_and_offers_the_bodies(cast: Cast, tmp_path: Path) -> None:
    book = load_workbook(listed(tmp_path))
    sheet, lists = book.worksheets
    assert all(cell.comment for cell in sheet[1])
    assert FARM in {cell.value for cell in lists["A"]}
    assert len(sheet.data_validations.dataValidation) == 1


def test_the_name_of_a_body_is_no_formula_in_the_template(cast: Cast, tmp_path: Path) -> None:
    name = '=HYPERLINK("http://example.cn","林场")'
    OperatingUnit.objects.filter(pk=cast.farm.pk).update(name=name)
    cells = {cell.value: cell.data_type for cell in load_workbook(listed(tmp_path)).worksheets[1]["A"]}
    assert cells[name] == "s"


def test_a_name_that_breaks_or_hides_is_a_fault_of_its_cell(cast: Cast, tmp_path: Path) -> None:
    assert faults(listed(tmp_path, LI | {"name": "李\n四"}, LI | {"login": "wang", "post": "窗口\u202e岗"})) == [
        "B2",
        "G3",
    ]
