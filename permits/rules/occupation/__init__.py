"""Rules of forest-land occupation (占用林地、临时使用林地、直接为林业生产服务的工程设施)."""

from __future__ import annotations

from ..facts import Occupation
from . import grades, project, temporary, zones
from .fee import fee
from .level import competence

__all__ = ["Occupation", "competence", "fee", "grades", "project", "temporary", "zones"]
