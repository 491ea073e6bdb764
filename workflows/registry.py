"""Which flow runs for which kind from which day. Running cases keep the version they began with."""

from __future__ import annotations

import hashlib
import json
from datetime import date

from django.utils.module_loading import import_string
from msgspec import Struct
from viewflow.workflow.flow import Flow

from permits.kinds import kinds
from permits.models import Application
from roles.days import local_today
from workflows.nodes import Decide, FanOut


class Version(Struct, frozen=True, kw_only=True):
    """One published version of a flow, frozen by the hash of its graph."""

    kind: str
    path: str
    valid_from: date
    frozen: str

    @property
    def flow(self) -> type[Flow]:
        """The flow class."""
        return import_string(self.path)  # type: ignore[no-any-return]


def versions() -> list[Version]:
    """Every published version of every installed kind's flow."""
    return [
        Version(kind=kind.code, path=flow.path, valid_from=flow.valid_from, frozen=flow.frozen)
        for kind in kinds()
        for flow in kind.flows
    ]


def flow_for(application: Application) -> type[Flow]:
    """The flow a new application of this kind begins with today. Raises LookupError if none."""
    day = local_today()
    known = [version for version in versions() if version.kind == application.kind and version.valid_from <= day]
    if not known:
        raise LookupError(f"no flow for {application.kind} on {day}")
    return max(known, key=lambda version: version.valid_from).flow


def fingerprint(flow: type[Flow]) -> str:
    """SHA-256 of the graph: nodes, statuses, acts, duties, periods and routes. A published version never changes it."""
    graph = [_shape(node) for node in sorted(flow.instance.nodes(), key=lambda node: node.name)]
    return hashlib.sha256(json.dumps(graph, sort_keys=True).encode()).hexdigest()


def _shape(node: object) -> dict[str, object]:
    """A node of a flow as plain JSON: what the hash of the flow's graph covers."""
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
