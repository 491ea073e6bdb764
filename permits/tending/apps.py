"""The kind of tending designs 天然林抚育作业设计: an app of its own, with its tables and migrations."""

from django.utils.translation import gettext_lazy as _

from permits.kinds import KindConfig


class TendingConfig(KindConfig):
    """Registers the kind."""

    name = "permits.tending"
    label = "tending"
    verbose_name = _("Tending designs")
