"""The slice of tending designs 天然林抚育作业设计 is an app of its own: its tables and migrations stand apart."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TendingConfig(AppConfig):
    """Label `tending`."""

    name = "permits.tending"
    label = "tending"
    verbose_name = _("Tending designs")
    default_auto_field = "django.db.models.BigAutoField"
