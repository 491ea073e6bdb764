"""The queue of jobs, worked off without a worker."""

from __future__ import annotations

from typing import Any

from django.utils.module_loading import import_string
from django_q.models import OrmQ
from django_q.signing import SignedPackage


def work_off(name: str) -> list[Any]:
    """Does the queued jobs that call `name`, the oldest first; what they return."""
    found = []
    for row in OrmQ.objects.order_by("pk"):
        job = SignedPackage.loads(row.payload)
        if job["func"] == name:
            found.append(import_string(name)(*job["args"], **job["kwargs"]))
            row.delete()
    return found
