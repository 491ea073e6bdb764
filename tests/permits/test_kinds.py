"""A kind is one folder: nothing else names it, an incomplete one stops the start, one that is gone stays readable."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from textwrap import dedent

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client
from django.urls import reverse
from msgspec.structs import replace

from permits import kinds
from permits.acts.perform import perform
from permits.acts.sweeps import record_lights
from permits.contract.kind import Kind
from permits.documents.printing import render_pending
from permits.errors import WrongStatus
from permits.kinds import KindConfig, lacking_parts
from permits.models import Application
from permits.models.document import Document
from permits.models.states import S
from permits.rules.facts import Common, register
from permits.tables.kind import TableKind
from permits.tending.kind import TENDING, TendingKind
from tests.cast import Cast, log_in
from workflows import queues
from workflows.conformance import check_flows

OWN = [app for app in apps.get_app_configs() if isinstance(app, KindConfig)]
CODES = [app.label for app in OWN]
COMMON = ("permits", "workflows", "roles", "config", "templates")


def common_files() -> Iterator[Path]:
    """Every file of the site that is not a kind's own folder, flow, template, data or migration."""
    for folder in COMMON:
        for path in sorted((settings.BASE_DIR / folder).rglob("*")):
            parts = path.relative_to(settings.BASE_DIR).parts
            of_a_kind = bool(set(CODES) & {*parts, path.stem}) or "migrations" in parts
            if path.suffix in {".py", ".html"} and not of_a_kind:
                yield path


@pytest.mark.parametrize("code", CODES)
def test_nothing_outside_its_folder_and_its_flow_names_a_kind(code: str) -> None:
    named = re.compile(rf"""["']{code}["']|permits\.{code}\b|\.{code}\b|{code}[-_]""")
    found = [
        f"{path.relative_to(settings.BASE_DIR)}:{number}: {line.strip()}"
        for path in common_files()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if named.search(line) and f'"permits.{code}",' not in line  # its one line in the settings
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("app", OWN, ids=lambda app: app.label)
def test_no_kind_takes_anything_from_another(app: KindConfig) -> None:
    others = "|".join(code for code in CODES if code != app.label)
    taken = re.compile(rf"permits\.({others})\b")
    found = [str(path) for path in Path(app.path).rglob("*.py") if taken.search(path.read_text("utf-8"))]
    assert not found


@pytest.mark.parametrize("app", OWN, ids=lambda app: app.label)
def test_every_kind_brings_its_examples_and_its_case_for_the_tests(app: KindConfig) -> None:
    assert find_spec(f"{app.name}.demo")
    assert find_spec(f"tests.permits.{app.label}.cases")


def test_every_installed_kind_gives_every_part() -> None:
    assert {kind.code: lacking_parts(kind) for kind in kinds.kinds()} == {code: [] for code in CODES}


@pytest.mark.parametrize(
    ("program", "there"),
    [
        ("def paper(document): ...", True),
        ("paper = partial(print, 1)", True),
        ("paper: object = print", True),
        ("try:\n    from x import paper\nexcept ImportError:\n    pass", True),
        ("from x import *", True),
        ("def other(): ...\nother(paper=1)", False),
    ],
)
def test_a_paper_is_found_however_its_module_binds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, *, there: bool
) -> None:
    """Read, and not imported."""
    (tmp_path / "papers_of_a_test.py").write_text(program)
    monkeypatch.syspath_prepend(tmp_path)
    assert kinds._gives("papers_of_a_test", "paper") == there
    assert "papers_of_a_test" not in sys.modules


def test_what_a_kind_lacks_is_told_by_name() -> None:
    class Half(Kind):
        code = "half"
        label = short_label = nature = "half a kind"

    assert {"licence", "case", "case_prefix", "flows", "papers", "facts", "term", "paper"} <= set(lacking_parts(Half()))

    class Empty(Half):
        flows, papers = (), ()

    assert {"flows", "papers"} <= set(lacking_parts(Empty()))

    class HalfTable(TableKind, Half):
        pass

    assert {"head_model", "row_model", "pending_model", "head_key", "materials"} <= set(lacking_parts(HalfTable()))


def test_facts_that_are_a_dataclass_are_told_by_name_with_what_to_write() -> None:
    with pytest.raises(TypeError, match=r"Picked is a structure of msgspec.*class Picked\(Common, frozen=True"):

        @dataclass(frozen=True)
        class Picked(Common):
            kind = "picked"
            plants: int


def test_rules_without_notes_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"tending lack notes\.yaml"):
        register(replace(TENDING.case, rules_folder=tmp_path))


def test_a_paper_that_is_not_declared_undoes_the_act(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    monkeypatch.setattr(TendingKind, "papers", ())
    with pytest.raises(LookupError, match="tending_approval"):
        cast.do(case, "approve", opinion="同意。")
    assert Application.objects.get(pk=case.pk).status == S.AWAITING_DECISION


def test_an_obligation_that_the_kind_calls_nothing_undoes_the_approval(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = cast.case_at(S.AWAITING_DECISION)
    monkeypatch.setattr(TendingKind, "obligation_labels", {})
    with pytest.raises(LookupError, match="the kind tending has no label for the obligations"):
        cast.do(case, "approve", opinion="同意。")
    assert Application.objects.get(pk=case.pk).status == S.AWAITING_DECISION


def test_a_flow_that_is_not_there_is_told_with_its_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TendingKind, "flows", (replace(TENDING.flows[0], path="workflows.flows.tending.Nowhere"),))
    (told,) = [message for message in check_flows() if message.id == "workflows.E004"]
    assert "tending" in str(told.msg)


# --- a kind in a package of its own -----------------------------------------------------------------------------------
def package(folder: Path, *, term: bool = True) -> None:
    """A tiny kind `picking` beside the site: a table of two columns, one rule, one paper, and the fewest steps."""
    for inside in ("rules", "migrations"):
        (folder / "picking" / inside).mkdir(parents=True)
    (folder / "picking-1.dist-info").mkdir()
    (folder / "picking-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: picking\nVersion: 1\n")
    (folder / "picking-1.dist-info" / "entry_points.txt").write_text("[forestry_permits.kinds]\npicking = picking\n")
    here = Path(__file__).parent / "picking"
    for source in sorted(here.rglob("*.txt")):
        text = source.read_text("utf-8")
        if not term:
            text = text.replace("def term(", "def no_term(")
        (folder / "picking" / source.relative_to(here).with_suffix("")).write_text(text, "utf-8")


NO_DATABASE = "postgres://nobody@127.0.0.1:1/none"
"""The start waits for no database: with one that cannot be reached it does what it does of itself."""


def start(folder: Path, script: str) -> subprocess.CompletedProcess[str]:
    """A process of its own, that finds the package."""
    environment = {**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{settings.BASE_DIR}", "DATABASE_URL": NO_DATABASE}
    command = [sys.executable, "-c", dedent(script)]
    return subprocess.run(command, check=False, env=environment, capture_output=True, text=True, cwd=settings.BASE_DIR)


CHECK = """
    import os
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django
    django.setup()
    from django.core.management import call_command
    call_command("check")
    from permits.kinds import kind
    from permits.rules import evaluate, parse
    case = {"kind": "picking", "jurisdiction": "110118", "date": "2026-11-20", "documents": [],
            "plants": [{"name": "刺五加", "kilograms": "12"}]}
    from permits.drafts.changes import fields_of
    print("words:", fields_of("picking")["kilograms"][0])
    print(kind("picking").label, [finding.rule for finding in evaluate(parse(case)).findings])
    from django.urls import resolve
    from workflows.registry import versions
    print([version.path for version in versions() if version.kind == "picking"])
"""


def test_a_kind_from_a_package_of_its_own_is_installed_by_its_entry_point(tmp_path: Path) -> None:
    package(tmp_path)
    done = start(tmp_path, CHECK)
    assert done.returncode == 0, done.stderr
    assert "['P-1'" in done.stdout
    assert "words: Quantity" in done.stdout
    assert "picking.flow.PickingV1" in done.stdout


def test_a_package_that_lacks_a_part_stops_the_start_and_names_kind_and_part(tmp_path: Path) -> None:
    package(tmp_path, term=False)
    done = start(tmp_path, CHECK)
    assert done.returncode != 0
    assert "permits.E001" in done.stderr
    assert "picking" in done.stderr
    assert "term" in done.stderr


def test_a_package_that_lacks_a_part_stops_the_web_server_too(tmp_path: Path) -> None:
    package(tmp_path, term=False)
    done = start(tmp_path, "import config.wsgi")
    assert done.returncode != 0
    assert "permits.E001" in done.stderr
    assert "The kind in picking lacks: term." in done.stderr


@pytest.mark.parametrize(
    ("gone", "told"),
    [
        ("apps.py", "The kind in picking lacks: a KindConfig in apps.py."),
        ("migrations/__init__.py", "The kind picking: migrations: there are none, so its tables are not made."),
    ],
)
def test_a_package_without_its_app_or_its_migrations_stops_the_start(tmp_path: Path, gone: str, told: str) -> None:
    package(tmp_path)
    (tmp_path / "picking" / gone).unlink()
    if gone.startswith("migrations"):
        (tmp_path / "picking" / "migrations").rmdir()
    done = start(tmp_path, "import config.wsgi")
    assert done.returncode != 0
    assert told in done.stderr


# what is written otherwise in a file of the package, and what the start says of it
WRONG = [
    ("kind.py", 'asked=("place",)', 'asked=("place",), hints={"plac": "Where"}', "head.hints: the head has no"),
    ("kind.py", 'asked=("place",)', 'asked=(), asked_where=(("plac", "x", ()),)', "head.asked_where: the head has no"),
    ("kind.py", "single_review = True", 'precheck_head = ("plac",)', "precheck_head: the head has no field"),
    ("kind.py", "single_review = True", 'precheck_rows = ("nam",)', "precheck_rows: no column is called “nam”"),
    ("kind.py", "single_review = True", 'found_rows = ("plant", {})', "found_rows: the facts have no list “plant”"),
    ("kind.py", '"picking", "plants"\n', '"picking", "head"\n', "rows_key: “head” is the head's slug, too"),
    ("kind.py", "    law_since =", "    law =", "facts: law_since is missing"),
    ("kind.py", "head, rows: ()", "head, rows: PHOTOS", "materials: “picture” is none of the rules' documents"),
    ("kind.py", "head, rows: ()", "head, rows: PHOTOS", "materials: the slot “photo” is there twice"),
    ("kind.py", "def paper(", "def no_paper(", "The kind in picking lacks: paper."),
    ("models.py", "class Picking(Head)", "class Picking(models.Model)", "head_model: it is no Head"),
    ("models.py", 'related_name="pending"', 'related_name="waiting"', "pending_model: its head has no"),
    ("models.py", "@with_columns(PLANTS)", "", "row_model: with_columns gives it no columns"),
    ("columns.py", 'example="刺五加"', 'example="刺五加", where=WHERE', "where of “name”: no column is called “nam”"),
    ("columns.py", "length=60, ", "", "column “name”: a text needs length"),
    ("columns.py", 'span=("0.1", "1000"), ', "", "column “kilograms”: a decimal needs span"),
    ("columns.py", 'type="decimal"', 'type="number"', "column “kilograms”: the type “number” is none of text"),
    ("rules/__init__.py", 'severity="warn"', 'severity="warning"', "rule P-1: “warning” is none of not_competent"),
    ("rules/__init__.py", 'severity="warn"', 'severity="warn", parameters=("most",)', "parameters.yaml gives “most”"),
]  # fmt: skip
BESIDE = {
    "kind.py": "from permits.contract.kind import Requirement\n"
    'PHOTOS = [Requirement(slot="photo", label="", source="", document=code) for code in ("photo", "picture")]\n',
    "columns.py": 'from permits.tables.columns import When\nWHERE = (When("nam", ("x",)),)\n',
}
"""What those lines need."""


@pytest.mark.parametrize(("file", "as_it_is", "wrong", "told"), WRONG, ids=[told for *_others, told in WRONG])
def test_what_a_package_declares_wrong_stops_the_start_by_its_name(
    tmp_path: Path, file: str, as_it_is: str, wrong: str, told: str
) -> None:
    package(tmp_path)
    if file == "kind.py" and "paper" in wrong:  # its words are in papers.py then, which says nothing of a paper
        (tmp_path / "picking" / "papers.py").write_text("def made_public(application):\n    return ()\n", "utf-8")
    path = tmp_path / "picking" / file
    text = path.read_text("utf-8")
    assert as_it_is in text
    doc, _blank, rest = text.partition("\n\n")
    path.write_text(f"{doc}\n\n{BESIDE.get(file, '')}{rest.replace(as_it_is, wrong)}", "utf-8")
    done = start(tmp_path, "import config.wsgi")
    assert done.returncode != 0
    assert told in done.stderr, done.stderr


def test_a_rule_of_a_package_that_does_not_reach_its_kind_stops_the_start(tmp_path: Path) -> None:
    package(tmp_path)
    rules = tmp_path / "picking" / "rules" / "__init__.py"
    rules.write_text(rules.read_text("utf-8").replace('kinds=("picking",)', 'kinds=("pickings",)'), "utf-8")
    done = start(tmp_path, "import config.wsgi")
    assert "The kind picking: rule P-1: kinds do not name “picking”." in done.stderr


def test_a_rule_whose_id_another_kind_has_stops_the_start_and_names_both(tmp_path: Path) -> None:
    package(tmp_path)
    rules = tmp_path / "picking" / "rules" / "__init__.py"
    rules.write_text(rules.read_text("utf-8").replace('"P-1"', '"F-FL59"'), "utf-8")
    done = start(tmp_path, "import config.wsgi")
    assert "rule F-FL59 is registered twice (kinds: felling, picking)" in done.stderr


def test_the_web_server_starts_with_a_kind_that_gives_every_part(tmp_path: Path) -> None:
    package(tmp_path)
    done = start(tmp_path, "from config.wsgi import application; print(application)")
    assert done.returncode == 0, done.stderr


# --- a kind that is gone ----------------------------------------------------------------------------------------------
@pytest.fixture
def gone() -> Iterator[None]:
    """Tending designs as an installation sees them that no longer has the kind."""
    kinds.remove("tending")
    yield
    kinds.add(TENDING, app="permits.tending")
    for code in CODES[1:]:  # back to the order of the settings
        kind = kinds.kind(code)
        kinds.remove(code)
        kinds.add(kind, app=f"permits.{code}")


def pages_of(client: Client, case: int) -> dict[str, str]:
    """The pages a reader opens, in words; every one must answer."""
    pages = {"case": reverse("case", args=[case]), "list": reverse("case-list"), "home": reverse("home")}
    answers = {name: client.get(address) for name, address in pages.items()}
    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(pages, 200)
    return {name: answer.content.decode() for name, answer in answers.items()}


def test_a_case_of_a_kind_no_longer_installed_opens_with_its_record_and_its_papers(cast: Cast, gone: None) -> None:
    kinds.add(TENDING, app="permits.tending")
    case = cast.case_at(S.APPROVED)
    papers = [render_pending(paper.pk) for paper in case.documents.all()]
    kinds.remove("tending")
    for person in (cast.clerk, cast.decider, cast.auditor):
        shown = pages_of(log_in(person), case.pk)["case"]
        assert "市林业勘察设计院" in shown
        assert all(paper.number in shown for paper in papers)
        assert log_in(person).get(reverse("case-record", args=[case.pk])).status_code == 200
        assert log_in(person).get(reverse("document", args=[papers[0].pk])).status_code == 200
    certificate = next(paper for paper in papers if paper.kind == "tending_certificate")
    verified = Client().get(reverse("verify", args=[certificate.token]))
    assert verified.status_code == 200
    assert verified.context["standing"].permit is not None


def test_a_case_of_a_kind_no_longer_installed_cannot_be_moved(cast: Cast, gone: None) -> None:
    kinds.add(TENDING, app="permits.tending")
    case = cast.case_at(S.FIRST_REVIEW)
    item = cast.open_item(case)
    assert item is not None
    kinds.remove("tending")
    with pytest.raises(WrongStatus, match=r"no longer installed|已不再安装"):
        perform(case.pk, "recommend", by=cast.district_reviewer, mandate=item.mandate, outcome="approve", opinion="x")
    assert not queues.agency(cast.district_reviewer).exists()
    assert record_lights().failed == []
    desk = log_in(cast.clerk)
    for name in ("draft", "draft-check", "table-head"):
        assert desk.get(reverse(name, args=[case.pk])).status_code in (404, 409), name


def test_the_permit_of_a_kind_no_longer_installed_tells_no_rule_of_extension(cast: Cast, gone: None) -> None:
    """The common rule was told, though the kind that is gone may have said never, or another day."""
    kinds.add(TENDING, app="permits.tending")
    case = cast.case_at(S.APPROVED)
    kinds.remove("tending")
    shown = log_in(cast.clerk).get(reverse("permit", args=[case.pk]))
    assert shown.context["rule"].law not in shown.content.decode()
    assert str(kinds.kind_of(case).extension(case).never) in shown.content.decode()


def test_a_paper_of_a_kind_no_longer_installed_waits_and_says_why(cast: Cast, gone: None) -> None:
    kinds.add(TENDING, app="permits.tending")
    pending = cast.case_at(S.APPROVED).documents.filter(kind="tending_certificate").get()
    kinds.remove("tending")
    with pytest.raises(LookupError, match="tending is no longer installed"):
        render_pending(pending.pk)
    assert not hasattr(Document.objects.get(pk=pending.pk), "file")
    kinds.add(TENDING, app="permits.tending")
    assert render_pending(pending.pk).number == pending.number
