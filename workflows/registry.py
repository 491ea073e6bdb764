"""Which flow runs for which kind from which day. Running cases keep the version they began with."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.module_loading import import_string
from viewflow.workflow.flow import Flow

from permits.models import Application

from .nodes import Decide, FanOut


@dataclass(frozen=True, kw_only=True)
class Version:
    """One published version of a flow, frozen by the hash of its graph."""

    kind: str
    path: str
    valid_from: date
    frozen: str

    @property
    def flow(self) -> type[Flow]:
        """The flow class."""
        return import_string(self.path)  # type: ignore[no-any-return]


FIRST_DAY = date(2020, 1, 1)
VERSIONS = (
    Version(
        kind="tending",
        path="workflows.flows.tending.TendingDesignV1",
        valid_from=FIRST_DAY,
        frozen="8d64964a0d0a951617a308d9931b34e12e0bd2f5a8a5a08769da59a2c3146166",
    ),
    Version(
        kind="occupation",
        path="workflows.flows.occupation.LandOccupationV1",
        valid_from=FIRST_DAY,
        frozen="378851b9bc0fde0fd5749d4567d6155ec0b6c160f05c76978fe01f96ff38ed96",
    ),
    Version(
        kind="introduction",
        path="workflows.flows.introduction.SpeciesIntroductionV1",
        valid_from=FIRST_DAY,
        frozen="37c42f7f5eff6f0703784d3cd33650e994da1bf94b337a8765e0f292e2bdf181",
    ),
)


def flow_for(application: Application, on: date | None = None) -> type[Flow]:
    """The flow a new application of this kind begins with on `on` (default today). Raises LookupError if none."""
    day = on or timezone.localdate()
    known = [version for version in VERSIONS if version.kind == application.kind and version.valid_from <= day]
    if not known:
        raise LookupError(f"no flow for {application.kind} on {day}")
    return max(known, key=lambda version: version.valid_from).flow


def fingerprint(flow: type[Flow]) -> str:
    """SHA-256 of the graph: nodes, statuses, acts, duties, periods and routes. A published version never changes it."""
    graph = [_shape(node) for node in sorted(flow.instance.nodes(), key=lambda node: node.name)]
    return hashlib.sha256(json.dumps(graph, sort_keys=True).encode()).hexdigest()


def _shape(node: object) -> dict[str, object]:
    shape: dict[str, object] = {
        "name": node.name,  # type: ignore[attr-defined]
        "type": type(node).__name__,
        "to": sorted({edge.dst.name for edge in node._outgoing()}),  # type: ignore[attr-defined]
    }
    if isinstance(node, Decide):
        shape |= {
            "at": sorted(node.at),
            "acts": node.acts,
            "meanwhile": node.meanwhile,
            "outside": node.outside,
            "beside": node.beside,
            "duty": node.duty,
            "period": node.period,
            "routes": {str(status): target.name for status, target in node.routes.items()},
        }
    if isinstance(node, FanOut):
        shape["join"] = node.join.name
    return shape
