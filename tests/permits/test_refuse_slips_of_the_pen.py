"""What is typed wrongly into the head of a draft is told at its field in words fit to read, whatever rows it has."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from typing import Any

import pytest
from django.db import models
from django.urls import reverse

from permits.drafts.completeness import parts
from permits.errors import PermitError
from permits.kinds import kinds
from permits.models import Application
from permits.models.states import S
from permits.tables.fields import MOST_COUNTED
from permits.tables.forms import LATER
from permits.tables.kind import TableKind
from permits.tending.models import TendingDesign
from roles.models import Person
from tests.cast import Cast, log_in
from tests.prepared import walked_once

KINDS = [kind for kind in kinds() if isinstance(kind, TableKind)]
UNLIKELY = ("0001-01-01", "1949-09-30", "9999-12-31", "2126-13-01")
NO_NUMBER = ("1e400", "²", "①", "½", "٧", "9" * 30, "-1", "1.123456", "十", "50%", "3 5")
FIELDS = [
    pytest.param(kind, field.name, said, id=f"{kind.code}-{field.name}-{said[:12]}")
    for kind in KINDS
    for field in map(kind.head_model.field, kind.head.fields)
    for said in (
        UNLIKELY
        if isinstance(field, models.DateField)
        else NO_NUMBER
        if isinstance(field, models.DecimalField | models.IntegerField)
        else ()
    )
]


@walked_once("cast")
def drafted(code: str) -> tuple[Application, Person]:
    """A draft of that kind, and the clerk who may hand it in."""
    return import_module(f"tests.permits.{code}.cases").draft()  # type: ignore[no-any-return]


def sent(kind: TableKind, **typed: Any) -> Any:
    """What the page of the head answers to `typed`, of a draft that has rows."""
    case, clerk = drafted(kind.code)
    place = reverse("table-head", args=[case.pk])
    version = kind.head_of(case).version
    assert kind.rows_of(case)
    return log_in(clerk).post(place, {"version": version, **typed})


@pytest.mark.parametrize(("kind", "name", "said"), FIELDS)
@pytest.mark.parametrize("later", [{}, {LATER: "1"}], ids=["", "later"])
def test_what_cannot_be_meant_is_told_at_its_field(
    cast: Cast, kind: TableKind, name: str, said: str, later: dict[str, str]
) -> None:
    page = sent(kind, **{name: said}, **later)
    assert page.status_code == 422
    (error,) = page.context["form"].errors[name]
    assert "922337" not in error  # the largest number the database can hold
    assert not error.endswith(".")


@pytest.mark.parametrize(
    ("said", "read"), [("１２", 12), (" 7 ", 7), ("1,234", 1234), (str(MOST_COUNTED), MOST_COUNTED)]
)
def test_a_count_is_read_as_those_of_rows_are(cast: Cast, said: str, read: int) -> None:
    from tests.permits.tending.cases import draft

    (kind,) = (one for one in KINDS if one.code == "tending")
    case, clerk = draft()
    version = kind.head_of(case).version
    log_in(clerk).post(reverse("table-head", args=[case.pk]), {"version": version, "labour_days": said, LATER: "1"})
    assert kind.head_model.objects.get(pk=case.pk).labour_days == read


def test_a_day_kept_before_it_was_refused_is_not_handed_in(cast: Cast) -> None:
    case = cast.case_at(S.DRAFT)
    TendingDesign.objects.filter(pk=case.pk).update(work_to=date.max)
    wrong = [problem.message for part in parts(Application.objects.get(pk=case.pk)) for problem in part.problems]
    assert any("1949年10月1日" in message for message in wrong)
    with pytest.raises(PermitError):
        cast.do(case, "submit")
