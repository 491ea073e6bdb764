"""Each load of the role matrix is told of in an edition; a duty put there past a load is named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from permits.ledger.keeping import keep_log
from permits.ledger.whole import problems
from permits.models import LogLeaf
from permits.verification.rights import matrix
from roles.matrix.load import DATA, load_roles
from roles.matrix.record import differences, keep_edition
from roles.models import Agency, Mandate, MatrixEdition, SourceDocument

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded(begins_with_matrix: None, db: None) -> Mandate:
    """The matrix, loaded once into an empty database; one of its rows."""
    return Mandate.objects.filter(ended_on=None).earliest("pk")


def test_the_first_edition_tells_of_every_row_and_a_second_load_of_none(loaded: Mandate) -> None:
    (edition,) = MatrixEdition.objects.all()
    assert set(edition.rows) == {"jurisdictions", "documents", "agencies", "mandates"}
    assert set(edition.rows["mandates"]) == set(Mandate.objects.values_list("key", flat=True))
    assert edition.rows["mandates"][loaded.key]["agency_id"] == loaded.agency.slug
    load_roles(DATA)
    assert MatrixEdition.objects.count() == 1
    assert list(differences()) == []


def test_a_load_that_ends_and_changes_rows_tells_of_these_alone(loaded: Mandate, tmp_path: Path) -> None:
    for path in DATA.glob("*.yaml"):
        if path.name != "beijing_species_2022.yaml":
            (tmp_path / path.name).write_text(path.read_text("utf-8"), "utf-8")
    load_roles(tmp_path, dry_run=True)
    assert MatrixEdition.objects.count() == 1
    report = load_roles(tmp_path)
    ended = report.tables["mandates"]["ended"]
    edition = MatrixEdition.objects.latest("pk")
    assert ended
    assert set(edition.rows) == {"mandates"}
    assert set(edition.rows["mandates"]) == set(ended)
    assert all(row["ended_on"] for row in edition.rows["mandates"].values())
    assert list(differences()) == []


def test_where_there_was_a_matrix_before_editions_nothing_is_said_and_the_next_load_tells_of_all(
    loaded: Mandate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MatrixEdition, "objects", MatrixEdition._default_manager.filter(body=""))
    assert list(differences()) == []
    keep_edition({})
    monkeypatch.undo()
    first, again = MatrixEdition.objects.order_by("pk")
    assert again.rows == first.rows


OTHER = ("audit", "decide")
TAMPERINGS: dict[str, Callable[[Mandate], object]] = {
    "another duty": lambda row: Mandate.objects.filter(pk=row.pk).update(duty=OTHER[row.duty == "audit"]),
    "another agency": lambda row: Mandate.objects.filter(pk=row.pk).update(
        agency=Agency.objects.exclude(pk=row.agency_id).earliest("pk")
    ),
    "another term": lambda row: Mandate.objects.filter(pk=row.pk).update(valid_to=date(2099, 1, 1)),
    "an end undone": lambda row: Mandate.objects.filter(pk=row.pk).update(ended_on=date(2020, 1, 1)),
    "another clause": lambda row: Mandate.objects.filter(pk=row.pk).update(clause="可以批准一切。"),
    "one put in": lambda row: Mandate.objects.create(
        key="forged", agency=row.agency, matter="一切", jurisdiction=row.jurisdiction, duty="decide",
        document=row.document, line="1", clause="可以批准一切。",
    ),
    "one taken out": lambda row: row.delete(),
    "a document's note": lambda row: SourceDocument.objects.filter(pk=row.document_id).update(note="无"),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERINGS)
def test_what_was_put_there_past_a_load_is_named(loaded: Mandate, name: str) -> None:
    assert list(matrix()) == []
    TAMPERINGS[name](loaded)
    found = list(matrix())
    assert len(found) == 1
    assert "forged" in found[0].what or loaded.key in found[0].what or loaded.document_id in found[0].what


@pytest.mark.owner  # whoever runs the program has not even the privilege
def test_an_edition_is_in_the_log_and_cannot_be_rewritten(loaded: Mandate) -> None:
    keep_log(thorough=True)
    edition = MatrixEdition.objects.get()
    assert LogLeaf.objects.filter(source="matrix", row=edition.pk).count() == 1
    assert list(problems()) == []
    with pytest.raises(IntegrityError), transaction.atomic():
        MatrixEdition.objects.filter(pk=edition.pk).update(body="{}")
    assert "clause" not in LogLeaf.objects.get(source="matrix").data
