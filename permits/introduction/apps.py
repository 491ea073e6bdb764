"""The slice of species introductions 外来（野生）物种引进 is an app of its own, with its own migrations."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntroductionConfig(AppConfig):
    """Label `introduction`."""

    name = "permits.introduction"
    label = "introduction"
    verbose_name = _("Species introductions")
    default_auto_field = "django.db.models.BigAutoField"
