"""The command: exit codes, the JSON contract, readable text, no database."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings as site
from django.core.management import call_command
from pytest_django.fixtures import Settings

from permits.rules.base import SEVERITIES
from permits.rules.parameters import reread
from tests.permits.rules.cases import introduction, occupation, tending
from tests.permits.rules.legal_cases import FOLDER


def run(path: Path | str, *options: str) -> tuple[int, str, str]:
    """Exit code, standard output, standard error. Any use of the database fails the test: it has no such mark."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    try:
        call_command("precheck", str(path), *options, stdout=out, stderr=err)
    except SystemExit as stopped:
        code = int(stopped.code or 0)
    return code, out.getvalue(), err.getvalue()


def write(tmp_path: Path, *cases: dict[str, Any]) -> Path:
    path = tmp_path / "case.yaml"
    path.write_text(yaml.safe_dump_all(cases, allow_unicode=True, sort_keys=False), "utf-8")
    return path


KEY_ZONE = occupation(
    project={"class": "provincial_infrastructure"},
    parcel={
        "origin": "natural",
        "zone": "key",
        "grade": "II",
        "public_benefit": "national_2",
        "stand_purpose": "protection",
    },
)


def test_a_case_that_may_proceed_exits_with_zero(tmp_path: Path) -> None:
    code, out, _err = run(write(tmp_path, tending()), "--json")
    assert (code, json.loads(out)["outcome"]) == (0, "proceed")


def test_any_other_outcome_exits_with_one(tmp_path: Path) -> None:
    for case, outcome in [
        (KEY_ZONE, "refuse"),
        (tending(documents=[]), "incomplete"),
        (tending(plot={"canopy_after": 0.5}), "refer"),
        (introduction(filed_with="district"), "not_competent"),
    ]:
        code, out, _err = run(write(tmp_path, case), "--json")
        assert (code, json.loads(out)["outcome"]) == (1, outcome)


def test_the_json_has_exactly_the_keys_of_the_contract(tmp_path: Path) -> None:
    _code, out, _err = run(write(tmp_path, KEY_ZONE), "--json", "--lang", "en")
    answer = json.loads(out)
    assert list(answer) == ["outcome", "findings", "decided_by", "level", "fee_yuan"]
    assert (answer["decided_by"], answer["level"], answer["fee_yuan"]) == ("北京市园林绿化局", "municipal", "100000.00")
    for finding in answer["findings"]:
        assert list(finding) == ["rule", "severity", "where", "message", "citations"]
        assert finding["citations"]
        for citation in finding["citations"]:
            assert list(citation) == ["source", "article", "clause", "verified"]
            assert all(citation.values())


def test_findings_come_strictest_first_and_name_the_place(tmp_path: Path) -> None:
    _code, out, _err = run(write(tmp_path, KEY_ZONE), "--json")
    findings = json.loads(out)["findings"]
    ranks = [SEVERITIES.index(finding["severity"]) for finding in findings]
    assert ranks == sorted(ranks)
    assert (findings[0]["rule"], findings[0]["where"]) == ("O-01", "parcel 1")
    _code, out, _err = run(write(tmp_path, tending(plot={"canopy_after": 0.5})), "--json")
    assert json.loads(out)["findings"][0]["where"] == "12林班3小班"


def test_what_was_not_found_is_null(tmp_path: Path) -> None:
    case = occupation(tenure="temporary", years=2, permanent_building=False, parcel={"land_class": "other"})
    _code, out, _err = run(write(tmp_path, case), "--json")
    answer = json.loads(out)
    assert (answer["decided_by"], answer["level"], answer["fee_yuan"]) == (None, None, None)


def test_the_text_shows_outcome_decider_clause_and_exception(tmp_path: Path) -> None:
    _code, out, _err = run(write(tmp_path, KEY_ZONE), "--lang", "en")
    assert "Outcome: To be refused" in out
    assert "Decided by: 北京市园林绿化局 (municipal level)" in out
    assert "Restoration fee: 100,000.00 yuan" in out
    assert "[To be refused] O-01 (parcel 1): Natural forest land in the key zone" in out
    assert "L24: “严管天然林地占用" in out
    assert "and other special circumstances" in out


def test_several_cases_print_a_list_and_exit_with_the_worst(tmp_path: Path) -> None:
    path = write(tmp_path, tending(), KEY_ZONE)
    code, out, _err = run(path, "--json")
    assert (code, [answer["outcome"] for answer in json.loads(out)]) == (1, ["proceed", "refuse"])
    _code, out, _err = run(path, "--lang", "en")
    assert "Case 1\n" in out
    assert "Case 2\n" in out


def test_a_bad_file_exits_with_two_names_the_path_and_evaluates_nothing(tmp_path: Path) -> None:
    code, out, err = run(write(tmp_path, tending(), occupation(parcel={"grade": "V"})), "--json", "--lang", "en")
    assert (code, out) == (2, "")
    assert "case 2: parcels[0].grade: “V” is not one of: I, II, III, IV" in err


@pytest.mark.parametrize("content", [b"", b"kind: [", b"\xff\xfe\xff", b"- 1\n"])
def test_what_is_no_case_exits_with_two(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "case.yaml"
    path.write_bytes(content)
    assert run(path)[0] == 2


def test_a_missing_file_and_a_folder_exit_with_two(tmp_path: Path) -> None:
    assert run(tmp_path / "nothing.yaml")[0] == 2
    code, _out, told = run(tmp_path)
    assert code == 2
    assert told.count(str(tmp_path)) == 1


def test_a_legal_case_of_the_test_suite_can_be_run_as_it_stands() -> None:
    code, out, _err = run(FOLDER / "O-01.yaml", "--json")
    assert (code, json.loads(out)[0]["outcome"]) == (1, "refuse")


def test_standard_input_is_read_for_a_dash(monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(yaml.safe_dump(tending(), allow_unicode=True).encode()))
    monkeypatch.setattr("sys.stdin", stdin)
    assert run("-")[0] == 0


def test_the_command_needs_no_database_server(tmp_path: Path) -> None:
    nowhere = {**os.environ, "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}
    for case, expected in [(tending(), 0), (KEY_ZONE, 1), ({"kind": "tending"}, 2)]:
        command = [sys.executable, "manage.py", "precheck", str(write(tmp_path, case)), "--json"]
        done = subprocess.run(command, cwd=site.BASE_DIR, env=nowhere, capture_output=True, text=True, check=False)
        assert done.returncode == expected, done.stderr


def test_the_rules_are_pure_python_over_facts() -> None:
    """They load and evaluate where Django has no settings: no model, no database, no request."""
    script = (
        "import sys; from permits.rules import evaluate, parse\n"
        "assert not [m for m in sys.modules if m.startswith(('permits.models', 'django.db', 'roles', 'workflows'))]"
    )
    bare = {name: one for name, one in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=site.BASE_DIR, env=bare, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("kind: tending\nkind: felling\n", "第2行第1列：不是有效的YAML（字段“kind”重复）"),
        ("kind: [", "第1行第8列：不是有效的YAML（"),
        ("[" * 5000, "嵌套层数过多，无法读取"),
        ("", "文件中没有案例"),
    ],
)
def test_a_file_that_is_no_yaml_is_told_in_the_language_asked_for(tmp_path: Path, written: str, said: str) -> None:
    (tmp_path / "case.yaml").write_text(written)
    code, _out, err = run(tmp_path / "case.yaml")
    assert code == 2
    assert said in err


def test_bad_values_of_the_installation_are_told_and_no_trace(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "values").mkdir()
    (tmp_path / "values" / "2027.yaml").write_text("values: {nobody_knows_it: []}")
    settings.PARAMETERS_DIR = tmp_path / "values"
    reread()
    try:
        assert run(write(tmp_path, tending())) == (2, "", "PARAMETERS_DIR：没有规则使用nobody_knows_it\n")
    finally:
        settings.PARAMETERS_DIR = None
        reread()
