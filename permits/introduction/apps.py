"""The kind of species introduction 外来（野生）物种引进: an app of its own, with its tables and migrations."""

from django.utils.translation import gettext_lazy as _

from permits.kinds import KindConfig


class IntroductionConfig(KindConfig):
    """Registers the kind."""

    name = "permits.introduction"
    label = "introduction"
    verbose_name = _("Species introductions")
