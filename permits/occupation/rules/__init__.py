"""Rules of forest-land occupation (占用林地、临时使用林地、直接为林业生产服务的工程设施)."""

from __future__ import annotations

from permits.occupation.facts import Occupation
from permits.occupation.rules import grades, project, renewal, reserves, temporary, zones
from permits.occupation.rules.fee import fee, fee_lines
from permits.occupation.rules.level import competence

__all__ = [
    "Occupation", "competence", "fee", "fee_lines", "grades", "project", "renewal", "reserves", "temporary", "zones",
]  # fmt: skip
