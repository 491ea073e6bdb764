"""The tokens of a case: whose turn it is. The legal status is the application's; these rows follow it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.fields import TaskReferenceField
from viewflow.workflow.models import AbstractProcess, AbstractTask
from viewflow.workflow.status import STATUS

from permits.models import Application
from roles.looks import once
from roles.models import Mandate

OPEN = (STATUS.NEW, STATUS.ASSIGNED, STATUS.STARTED)
OPEN_ITEM = Q(status__in=OPEN, flow_task_type="HUMAN")
"""An item somebody still has to work on, no join."""


class Case(AbstractProcess):
    """The flow of one application. Its key is the application's, so that one lock serves both."""

    application = models.OneToOneField(Application, primary_key=True, on_delete=models.PROTECT, related_name="case")
    parent_task = None
    parent_task_id = None

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")

    @property
    def open_items(self) -> models.QuerySet[WorkItem]:
        """Items somebody still has to work on, joins left out."""
        items: models.QuerySet[WorkItem] = self.task_set.filter(OPEN_ITEM)
        return items


class StepReference(TaskReferenceField):
    """A step of a flow; None where its flow went with the package that brought the kind. Viewflow reads a flow so, but
    of a step only a module that is gone, not an app."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """The step, or None."""
        try:
            return super().from_db_value(value, expression, connection)
        except LookupError:
            return None

    def deconstruct(self) -> Any:
        """As viewflow's: the column is the same, and no migration is due."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "viewflow.workflow.fields.TaskReferenceField", args, kwargs


class WorkItem(AbstractTask):
    """One step of a case for one mandate (or, without a mandate, for the unit), with what a queue shows and filters."""

    flow_task = StepReference(_("Task"))
    process = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="task_set")  # viewflow reads task_set
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, db_index=False, related_name="+")
    mandate = models.ForeignKey(Mandate, null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    step = models.CharField(_("step"), max_length=40)
    due = models.DateField(_("due"), null=True)
    soon_from = models.DateField(_("nearly due from"), null=True)
    """Both as workflows.deadlines finds them: what the light shows is what the database sorts and counts by."""
    data = models.JSONField(default=dict)

    # Columns of viewflow that this engine has no use for. The generic key's two columns cannot be removed.
    owner_permission = None
    owner_permission_content_type = models.ForeignKey(
        "contenttypes.ContentType", null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    external_task_id = None
    scheduled = None
    seed = None
    artifact = None

    class Meta:
        verbose_name = _("work item")
        verbose_name_plural = _("work items")
        indexes = [
            models.Index(fields=["mandate", "due"], condition=Q(status__in=OPEN), name="work_queue"),
            models.Index(fields=["owner", "due"], condition=Q(status__in=OPEN), name="work_of_person"),
            models.Index(fields=["application", "status"], name="work_of_case"),
            models.Index(fields=["mandate", "application"], name="asked_of_mandate"),
            models.Index(fields=["mandate", "finished"], name="work_done_under"),
        ]

    def __str__(self) -> str:
        return f"{self.step} #{self.pk}"

    @property
    def step_title(self) -> str:
        """What the step is called; its code where its flow is no longer installed."""
        return str(self.flow_task.task_title) if self.flow_task else self.step

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to work on it."""
        return self.status in OPEN

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Fill what the queue reads from the flow's own columns when the item is made."""
        if self._state.adding:
            self.application_id = self.process.application_id
            self.step = self.flow_task.name
        super().save(*args, **kwargs)


@once
def items_of(case: int) -> tuple[WorkItem, ...]:
    """The items of a case, oldest first, with mandate, agency and holder: read once for a page, whose parts each show
    some of them."""
    items = WorkItem.objects.filter(process=case).select_related("mandate__agency", "owner")
    return tuple(items.order_by("pk"))


def open_items_of(case: int) -> list[WorkItem]:
    """Those of `items_of` that somebody still has to work on, joins left out."""
    return [item for item in items_of(case) if item.is_open and item.flow_task_type == "HUMAN"]
