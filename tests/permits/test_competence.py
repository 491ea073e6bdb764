"""For every kind and district: who decides an ordinary case by the rules decides it by the role matrix."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from permits.kinds import kind as kind_of_code
from permits.rules import evaluate, parse
from permits.rules.places import BINHAI, NAMES
from roles.mandates import MandateError, the_one
from roles.models import Agency
from roles.models.mandates import Duty
from tests.permits.felling.cases import felling
from tests.permits.occupation.cases import Office
from tests.permits.rules.cases import introduction, occupation, tending

pytestmark = pytest.mark.django_db
DISTRICTS = [code for code in NAMES if not code.endswith("0000")]
TEMPORARY: dict[str, Any] = {"tenure": "temporary", "years": "1", "permanent_building": False}
OAK = {"scientific_name": "Quercus rubra", "taxon": "forest_plant", "from": "abroad"}
DEER = {"scientific_name": "Cervus nippon", "from": "other_province"}


def ordinary(district: str) -> Iterator[dict[str, Any]]:
    """The cases a district's desk sees every week, one of each sort."""
    here = {"jurisdiction": district}
    yield tending(**here)
    yield from (felling(applicant=who, **here) for who in ("organisation", "municipal_unit", "rural_resident"))
    yield occupation(**here)
    yield occupation(**here, **TEMPORARY)
    yield occupation(**here, tenure="forestry_service")
    natural = {"origin": "natural", "zone": "key"}
    yield occupation(**here, parcel=natural)
    yield occupation(**here, parcel=natural, documents=["delegation_instrument"])
    yield occupation(**here, parcel=natural, **TEMPORARY)
    yield introduction(**here, one=OAK, filed_with="municipal")
    yield introduction(**here, one=DEER, purpose="release", filed_with="municipal")


def decides(case: dict[str, Any]) -> Agency | None:
    """Whom the role matrix lets decide; None where it names nobody."""
    kind = kind_of_code(case["kind"])
    place = SimpleNamespace(jurisdiction_id=case["jurisdiction"])
    read = parse(case)
    try:
        return the_one(
            case["kind"], Duty.DECIDE, district=case["jurisdiction"], on=read.date,
            scope=kind.scope(place, case),  # type: ignore[arg-type]  # of an application only the place is asked
        ).agency  # fmt: skip
    except MandateError:
        return None


def test_an_ordinary_case_is_decided_by_whom_both_rules_and_role_matrix_name() -> None:
    Office.enter()
    compared, apart = set(), []
    for case in (case for district in DISTRICTS for case in ordinary(district)):
        found, agency = evaluate(parse(case)), decides(case)
        if agency is None or found.decided_by is None or found.level == "national":
            continue
        compared.add(case["kind"])
        if agency.name != found.decided_by:
            apart.append((case["kind"], case["jurisdiction"], case.get("tenure"), agency.name, found.decided_by))
    assert apart == []
    assert compared == {"tending", "occupation", "introduction", "felling"}


def test_binhai_decides_its_permanent_and_its_temporary_cases() -> None:
    Office.enter()
    for case in (occupation(jurisdiction=BINHAI), occupation(jurisdiction=BINHAI, **TEMPORARY)):
        agency = decides(case)
        assert agency is not None
        assert (agency.slug, agency.name) == ("tj-binhai-service", evaluate(parse(case)).decided_by)
