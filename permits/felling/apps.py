"""The kind of felling licences 林木采伐许可: an app of its own, with its tables and migrations."""

from django.utils.translation import gettext_lazy as _

from permits.kinds import KindConfig


class FellingConfig(KindConfig):
    """Registers the kind."""

    name = "permits.felling"
    label = "felling"
    verbose_name = _("Felling licences")
