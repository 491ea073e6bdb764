"""Whose turn it is: flows over the acts of permits."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class WorkflowsConfig(AppConfig):
    """Connects the receiver of acts that moves the tokens, and the check that flows and state machine agree."""

    name = "workflows"
    verbose_name = _("Workflows")

    def ready(self) -> None:
        """Importing them registers them; each migrate sees to it that time is swept every hour."""
        from permits.access import CONSULTED
        from workflows import conformance, keeping, queues, steps, verifying  # noqa: F401
        from workflows.engagements import verifying as of_engagements  # noqa: F401
        from workflows.notifications import posts  # noqa: F401

        CONSULTED.append(queues.asked)
        post_migrate.connect(schedule_tick, sender=self, dispatch_uid="workflows.tick")


def schedule_tick(sender: Any, using: str = "default", **kwargs: Any) -> None:
    """The hourly job `manage.py tick` does by hand. Made once; who changed its hours keeps the change."""
    from django_q.models import Schedule

    hourly = {"name": "tick", "schedule_type": Schedule.HOURLY}
    Schedule.objects.using(using).get_or_create(func="workflows.sweep.tick", defaults=hourly)
