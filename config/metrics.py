"""`/metrics` for Prometheus: django-prometheus' counters of requests, and how much work waits."""

from __future__ import annotations

from contextlib import suppress
from ipaddress import ip_address

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView
from django_q.models import OrmQ
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from config.models import Heartbeat
from permits.database import replica
from permits.documents.numbering import pending
from roles.addresses import client_address
from workflows.notifications.mail import LOOKED_AT, failing, given_up


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Only for addresses of METRICS_FROM; for others there is no such page."""
    if not _may_read(client_address(request)):
        raise Http404
    response: HttpResponse = ExportToDjangoView(request)
    response.write(generate_latest(_of_the_installation()))
    return response


def _may_read(address: str) -> bool:
    try:
        asking = ip_address(address)
    except ValueError:  # a socket file has no address
        return False
    return any(asking in network for network in settings.METRICS_FROM)


def _of_the_installation() -> CollectorRegistry:
    """Read anew each time, whichever process is asked: gauges kept by each process would have to be merged."""
    from config.readiness import state  # it brings the library of checks, which takes a while to import

    registry = CollectorRegistry()
    checks = Gauge("permits_check_ok", "1 where a check of /readyz is well", ["check"], registry=registry)
    for name, said in state().items():
        checks.labels(name).set(said == "ok")
    try:
        lost = given_up()
        waiting = {"jobs": OrmQ.objects.count(), "papers": pending().count(), "failed mails": failing().mails}
        beats = list(Heartbeat.objects.values_list("group", "at"))
    except DatabaseError:  # told by the check of the database
        return registry
    gauge = Gauge("permits_waiting", "Jobs, papers and mails that wait to be worked off", ["what"], registry=registry)
    for what, number in waiting.items():
        gauge.labels(what).set(number)
    told = f"Mails given up after their last attempt, among the newest {LOOKED_AT} of each sort"
    Gauge("permits_mails_given_up", told, registry=registry).set(lost)
    silent = Gauge("permits_worker_silent_seconds", "Since its last sign of life", ["group"], registry=registry)
    for group, at in beats:
        silent.labels(group).set((timezone.now() - at).total_seconds())
    _tell_replica(registry)
    return registry


def _tell_replica(registry: CollectorRegistry) -> None:
    """How far the replica is behind, where there is one that can tell."""
    if not replica.there_is_one():
        return
    with suppress(DatabaseError, InterfaceError, replica.NoReplica):  # told by its check
        behind = replica.look(*replica.written()).behind
        Gauge("permits_replica_behind_seconds", "What the replica lacks", registry=registry).set(behind)
