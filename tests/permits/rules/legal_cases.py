"""The legal cases of tests/rules: complete case files with what the law is expected to say of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from permits.rules.case_file import documents

FOLDER = Path(__file__).parents[2] / "rules"
EXPECTED = {"outcome", "rules", "absent", "level", "decided_by", "fee_yuan"}


@dataclass(frozen=True)
class LegalCase:
    """One case: the mapping, what is expected, and where it stands."""

    name: str
    mapping: dict[str, Any]
    expect: dict[str, Any]

    @property
    def hits(self) -> dict[str, str]:
        """Rules that must be found, with their severity."""
        return {rule: severity for entry in self.expect.get("rules", []) for rule, severity in entry.items()}


def legal_cases(folder: Path = FOLDER) -> list[LegalCase]:
    """Every case of the folder and its sub-folders."""
    found = []
    for path in sorted(folder.rglob("*.yaml")):
        for number, document in enumerate(documents(path.read_text("utf-8")), start=1):
            expect = document.pop("expect")
            assert not expect.keys() - EXPECTED, f"{path.name}: {expect}"
            found.append(LegalCase(f"{path.stem}#{number}", document, expect))
    return found
