"""A changed law is a new dated value, which an installation may lay over the program's before the program has it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.core.checks import ERROR, run_checks
from django.core.management import call_command
from django.utils.translation import override
from pytest_django.fixtures import Settings

from config.checks import check_parameters
from permits.rules import parameters

NAME = "national_level_protection_ha"
ROW = """\
values:
  national_level_protection_ha:
    - value: "15"
      source: 森林法实施条例（2027年修订）
      article: 第十六条第二项
      clause: 面积15公顷以上的
      verified: verified
      valid_from: 2027-06-01
      last_checked: 2027-05-20
"""


@pytest.fixture
def overlay(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    settings.PARAMETERS_DIR = tmp_path
    (tmp_path / "2027.yaml").write_text(ROW, "utf-8")
    parameters.reread()
    yield tmp_path / "2027.yaml"
    settings.PARAMETERS_DIR = None
    parameters.reread()


def test_it_holds_from_its_day_on_and_the_old_value_before(overlay: Path) -> None:
    assert parameters.value(NAME, date(2027, 5, 31)) == "10"
    assert parameters.value(NAME, date(2027, 6, 1)) == "15"
    cited = parameters.citation_of(NAME, date(2027, 6, 1))
    assert cited is not None
    assert cited.source == "森林法实施条例（2027年修订）"


def test_a_bad_value_is_told_by_the_checks_and_breaks_none_of_them(overlay: Path) -> None:
    overlay.write_text("values: {}: no\n", "utf-8")
    parameters.reread()
    assert [one.id for one in run_checks() if one.level >= ERROR] == ["config.E011"]


def test_list_rules_shows_it_as_overlay(overlay: Path) -> None:
    out = io.StringIO()
    call_command("list_rules", stdout=out)
    assert out.getvalue().splitlines()[-1].startswith(f"overlay\t{NAME}\t*\t15 (overlay)\t森林法实施条例（2027年修订）")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (NAME, "national_level_protektion_ha", "no rule knows national_level_protektion_ha"),
        ("      valid_from: 2027-06-01\n", "", "from which day"),
        ('value: "15"', "value: 15", "is not written like"),
        ("      article: 第十六条第二项\n", "", "article"),
        ("verified: verified", "verified: surely", "surely"),
        ("values:", "values: [", "line 3, column 5: this is not YAML"),
        (ROW, "values:", "cannot be read as values"),
        (ROW, "- 7", "cannot be read as values"),
        (f"  {NAME}:\n    - ", f"  {NAME}:\n      ", "a list is needed"),
        (ROW, f"values:\n  {NAME}: [7]", "each entry of the list gives its fields: article, clause"),
        ("      article", "      jurisdiction: 110228\n      article", "jurisdiction is no text"),
        ("valid_from: 2027-06-01", "valid_from: 2027/06/01", "valid_from: “2027/06/01” is no day"),
        ("last_checked: 2027-05-20", "last_checked:", "last_checked: “None” is no day"),
        ("      article", "      colour: green\n      article", "colour is unknown"),
    ],
)
def test_a_bad_value_stops_the_start(overlay: Path, old: str, new: str, said: str) -> None:
    overlay.write_text(ROW.replace(old, new), "utf-8")
    parameters.reread()
    with override("en"):
        [message] = check_parameters()
    assert said in str(message)


def test_a_file_that_its_name_would_pass_over_stops_the_start(overlay: Path) -> None:
    overlay.rename(overlay.with_suffix(".yml"))
    parameters.reread()
    [message] = check_parameters()
    assert "文件名须以.yaml结尾" in str(message)
