"""The slice of forest-land occupation 占用林地 is an app of its own: its tables and migrations stand apart."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OccupationConfig(AppConfig):
    """Label `occupation`."""

    name = "permits.occupation"
    label = "occupation"
    verbose_name = _("Occupation of forest land")
    default_auto_field = "django.db.models.BigAutoField"
