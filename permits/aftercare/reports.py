"""What a report on an obligation says, and whether it says all that is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from permits.contract.obligations import Obligation, Reported
from permits.models import Act
from permits.models.facts import BadFact, Fact

NAMED, DECLARED = "field", "part"


def reported(act: Act) -> Reported:
    """What one recorded report said."""
    return read(act.facts.get("answers") or (), act.facts.get("materials") or ())


def read(answers: Iterable[Mapping[str, Any]], materials: Iterable[Mapping[str, Any]]) -> Reported:
    """Answers and materials as an act has them, by field, part and code."""
    values: dict[str, str] = {}
    table: dict[str, dict[str, str]] = {}
    for row in answers:
        if part := row.get(DECLARED):
            table.setdefault(part, {})[row[NAMED]] = row["value"]
        else:
            values[row[NAMED]] = row["value"]
    return Reported(values, table, frozenset(row["what"] for row in materials if row.get("what")))


def answers(values: Mapping[str, Any], table: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The facts of a report, as an act takes them: what is empty is left out."""
    rows = [{NAMED: name, "value": str(value)} for name, value in values.items() if value not in (None, "")]
    rows += [
        {DECLARED: part, NAMED: name, "value": str(value)}
        for part, row in table.items()
        for name, value in row.items()
        if value not in (None, "")
    ]
    return rows


def problems(obligation: Obligation, said: Mapping[str, Any]) -> dict[str, str]:
    """What a report leaves open or gets wrong, by field: `name`, or `part.name` for a cell of its table."""
    found: dict[str, str] = {}
    given = read(said.get("answers") or (), said.get("materials") or ())
    found |= _of_fields(obligation.asks, given.values, "")
    known = {part.key for part in obligation.parts}
    for key in given.table.keys() - known:
        found[key] = _("This permit has no such row.")
    for part in obligation.parts:
        found |= _of_fields(obligation.columns, given.table.get(part.key, {}), f"{part.key}.")
    codes = {wanted.code for wanted in obligation.materials}
    if unknown := given.materials - codes:
        found["materials"] = _("This is not asked for: %(names)s.") % {"names": _(", ").join(sorted(unknown))}
    for wanted in obligation.materials:
        if wanted.required and wanted.code not in given.materials:
            found[wanted.code] = _("Attach it: %(material)s.") % {"material": wanted.label}
    if not found and obligation.wrong:
        found |= obligation.wrong(given)
    return found


def _of_fields(fields: Mapping[str, Fact], given: Mapping[str, str], before: str) -> dict[str, str]:
    found = {f"{before}{name}": _("This is not asked for.") for name in given.keys() - fields.keys()}
    for name, fact in fields.items():
        try:
            fact.clean(given.get(name))
        except BadFact as bad:
            found[f"{before}{name}"] = str(bad)
    return found
