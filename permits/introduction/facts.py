"""The facts of an introduction of species, typed, and how a case file tells them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct

from permits.introduction import vocabulary as v
from permits.rules.facts import Common, common_of, one_of
from permits.rules.places import JIZHOU, TIANJIN
from permits.rules.reading import Fields, flag, many, record, text


class Species(Struct, frozen=True, kw_only=True):
    """A species to be introduced. `source`: abroad, other_province or same_province. `chinese_name` may be left out of
    a case file: it is one more name to look the species up by."""

    scientific_name: str
    taxon: str
    source: str
    first_introduction: bool
    cites: bool
    chinese_name: str = ""


class Introduction(Common, frozen=True, kw_only=True):
    """Introduction of alien or wild species. `site` is the protected place it lies in, or none; `filed_with` the
    municipal authority, through the district, where a case file does not say otherwise."""

    kind = "introduction"
    law_since = date(2023, 5, 1)  # 野生动物保护法 2022
    no_local_document = (TIANJIN, JIZHOU)  # the district plan says nothing on introduction
    species: tuple[Species, ...]
    purpose: str
    site: str
    isolation_trial: bool
    escape_prevention: bool
    filed_with: str


SPECIES: Final[Fields] = MappingProxyType(
    {
        "scientific_name": text,
        "taxon": one_of(v.TAXON),
        "from": one_of(v.SOURCE),
        "first_introduction": flag,
        "cites": flag,
    }
)


def fields(case: Mapping[str, Any]) -> Fields:
    """The fields of an introduction."""
    return {
        "species": many(record(SPECIES, optional={"chinese_name": text}), least=1),
        "purpose": one_of(v.PURPOSE),
        "site": record({"in": one_of(v.SITE)}),
        "plans": record({"isolation_trial": flag, "escape_prevention": flag}),
    } | ({"filed_with": one_of(v.FILED_WITH)} if "filed_with" in case else {})


def build(values: Mapping[str, Any]) -> Introduction:
    """The introduction of the values read."""
    return Introduction(
        **common_of(values),
        species=tuple(
            Species(**{name: value for name, value in one.items() if name != "from"}, source=one["from"])
            for one in values["species"]
        ),
        purpose=values["purpose"],
        site=values["site"]["in"],
        isolation_trial=values["plans"]["isolation_trial"],
        escape_prevention=values["plans"]["escape_prevention"],
        filed_with=values.get("filed_with", "municipal"),
    )
