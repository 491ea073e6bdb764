"""Who may act: people, agencies, operating units, and the mandates the documents give them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RolesConfig(AppConfig):
    name = "roles"
    verbose_name = _("Roles")

    def ready(self) -> None:
        """Listen to who logs in and out."""
        from roles import signals  # noqa: F401 - its receivers need the models
