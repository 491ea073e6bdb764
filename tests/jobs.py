"""The queue of jobs, worked off without a worker."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.utils.module_loading import import_string
from django_q.models import OrmQ
from django_q.signing import SignedPackage

from permits.models import Act, Application, Document


def work_off(name: str) -> list[Any]:
    """Does the queued jobs that call `name`, the oldest first; what they return."""
    found = []
    for row in OrmQ.objects.order_by("pk"):
        job = SignedPackage.loads(row.payload)
        if job["func"] == name:
            found.append(import_string(name)(*job["args"], **job["kwargs"]))
            row.delete()
    return found


def papers(case: Application, many: int) -> list[int]:
    """So many papers of the case that wait to be printed: notices of acceptance, each of an act of its own."""
    model = Document.objects.get(application=case, act__act="accept")
    acts = []
    for number in range(many):
        act = copy(model.act)
        act.pk, act.seq, act.work_item, act.key, act._state = None, 1000 + number, None, None, copy(act._state)
        act._state.adding = True
        acts.append(act)
    made = Act.objects.bulk_create(acts)
    rows = []
    for number, act in enumerate(made):
        paper = copy(model)
        paper.pk, paper.act, paper.serial, paper.token = None, act, 1000 + number, f"load-{number}"
        paper.number, paper.status, paper.issued_at, paper.sha256 = f"{model.number}-{number}", "pending", None, ""
        paper._state = copy(model._state)
        paper._state.adding = True
        rows.append(paper)
    return [row.pk for row in Document.objects.bulk_create(rows)]
