"""Who may act: people, agencies, operating units, and the mandates the documents give them."""

from django.apps import AppConfig
from django.urls import register_converter
from django.utils.translation import gettext_lazy as _

from roles.numbers import RowKey


class RolesConfig(AppConfig):
    name = "roles"
    verbose_name = _("Roles")

    def ready(self) -> None:
        """Listen to who logs in and out; addresses of every package may say `<row:pk>`."""
        from roles import signals  # noqa: F401 - its receivers need the models

        register_converter(RowKey, "row")
