"""A bundle made before all is printed, or in the log: what is not proved is named, and the rest verified."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from permits.documents.printing import render_pending
from permits.ledger.keys import private_key
from permits.ledger.sequencer import sequence
from permits.models import Act, Application, Document
from permits.models.states import S
from tests.cast import Cast
from tests.permits.taken_away import Files, alone, bundle_of, checked, decided, packed, paper_and_its_entry

pytestmark = pytest.mark.django_db


def approved_a_moment_ago(cast: Cast) -> Application:
    """The log has all but the approval, whose papers are printed but for the last."""
    case = cast.walk_to(S.AWAITING_DECISION)
    for paper in case.documents.all():
        render_pending(paper.pk)
    sequence(thorough=True)
    act = cast.do(case, "approve")
    for paper in list(act.documents.order_by("pk"))[:-1]:
        render_pending(paper.pk)
    return case


def test_acts_and_papers_that_are_not_in_the_log_yet_are_named_and_the_rest_is_verified(
    cast: Cast, tmp_path: Path
) -> None:
    case = approved_a_moment_ago(cast)
    act, key = case.acts.latest("seq"), private_key().public
    path = packed(bundle_of(case), tmp_path / "bundle.zip", listed=False)
    code, said = alone(path, "--key", key)
    assert code == 1
    assert "✗" not in said
    assert f"proved by nothing: acts {act.seq}\n" in said
    *printed, waiting = act.documents.order_by("pk")
    assert printed
    assert [f"{one.number} (act {act.seq}, not in the log yet)" in said for one in printed] == [True] * len(printed)
    assert f"{waiting.number} (act {act.seq}, not printed yet)" in said
    assert said.splitlines()[-1].startswith("Nothing wrong was found, but not all")
    assert f"第{act.seq}条" in alone(path, "--key", key, lang="zh_CN.UTF-8")[1]
    sequence(thorough=True)
    assert "proofs" not in checked(packed(bundle_of(case), path))
    assert f"{printed[0].number} (" not in alone(path, "--key", key)[1]


def test_where_nothing_is_in_the_log_yet_nothing_is_taken_for_proved(cast: Cast, tmp_path: Path) -> None:
    code, said = alone(packed(bundle_of(cast.printed_case()), tmp_path / "bundle.zip"), "--key", private_key().public)
    assert code == 1
    assert "All of it holds." not in said


def all_printed_but_one(cast: Cast) -> tuple[Application, Document]:
    """A case in the log, and the paper of it that waits, or can never be printed."""
    case = cast.case_at(S.APPROVED)
    waiting, *others = case.documents.filter(status=Document.Status.PENDING).order_by("-pk")
    for paper in others:
        render_pending(paper.pk)
    sequence(thorough=True)
    return case, waiting


def test_a_paper_that_is_not_printed_yet_is_named_and_the_rest_is_verified(cast: Cast, tmp_path: Path) -> None:
    case, waiting = all_printed_but_one(cast)
    path, key = packed(bundle_of(case), tmp_path / "bundle.zip", listed=False), private_key().public
    code, said = alone(path, "--key", key)
    assert code == 1
    assert "✗" not in said
    assert f"? the papers: {case.documents.count() - 1} are proved" in said
    assert f"{waiting.number} (act {waiting.act.seq}, not printed yet)" in said
    assert said.splitlines()[-1].startswith("Nothing wrong was found, but not all")
    assert waiting.number in alone(path, "--key", key, lang="zh_CN.UTF-8")[1]


def say_pending(files: Files, change: Callable[[list[dict[str, Any]]], object]) -> None:
    manifest = json.loads(files["manifest.json"])
    change(manifest["pending"])
    files["manifest.json"] = json.dumps(manifest).encode()


@pytest.mark.parametrize(
    "change",
    [
        lambda pending: pending[0].pop("sha256"),
        lambda pending: pending[0].update(sha256="0" * 64),
        lambda pending: pending[0].update(act=1),
        lambda pending: pending[0].update(act=99),
    ],
)
def test_a_paper_said_to_come_into_the_log_later_is_there_and_of_an_act_of_the_last_minute(
    cast: Cast, tmp_path: Path, change: Callable[[list[dict[str, Any]]], object]
) -> None:
    files = bundle_of(approved_a_moment_ago(cast))
    say_pending(files, change)
    assert "documents" in checked(packed(files, tmp_path / "bundle.zip"))


@pytest.mark.parametrize(
    "change",
    [
        lambda pending: pending.clear(),
        lambda pending: pending.append(pending[0]),
        lambda pending: pending[0].update(act=1),
        lambda pending: pending[0].update(act=99),
        lambda pending: pending.insert(0, "x"),
    ],
)
def test_what_is_said_to_wait_must_be_what_the_log_counts(
    cast: Cast, tmp_path: Path, change: Callable[[list[dict[str, Any]]], object]
) -> None:
    files = bundle_of(all_printed_but_one(cast)[0])
    say_pending(files, change)
    assert "documents" in checked(packed(files, tmp_path / "bundle.zip"))


def test_a_paper_left_out_as_if_it_waited_leaves_the_case_unproven(cast: Cast, tmp_path: Path) -> None:
    """Nothing in a bundle can show that a paper was not issued: so it is never said that all holds."""
    files = bundle_of(decided(cast))
    paper = next(json.loads(one["text"]) for one in json.loads(files["proofs.json"])["entries"] if "text" in one)
    seq = next(act["seq"] for act in Act.objects.filter(pk=paper["act_id"]).values("seq"))
    paper_and_its_entry(files)
    say_pending(files, lambda pending: pending.append({"act": seq, "number": paper["number"], "paper": "x"}))
    code, said = alone(packed(files, tmp_path / "bundle.zip"), "--key", private_key().public)
    assert code == 1
    assert "All of it holds." not in said
    assert paper["number"] in said
    assert "ask the agency for these papers" in said
