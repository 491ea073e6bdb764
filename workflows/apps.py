"""Whose turn it is: flows over the acts of permits."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkflowsConfig(AppConfig):
    """Connects the one receiver of acts, and the check that flows and state machine agree."""

    name = "workflows"
    verbose_name = _("Workflows")

    def ready(self) -> None:
        """Importing them registers them."""
        from . import conformance, steps  # noqa: F401
