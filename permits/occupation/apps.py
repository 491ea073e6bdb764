"""The kind of forest-land occupation 占用林地: an app of its own, with its tables and migrations."""

from django.utils.translation import gettext_lazy as _

from permits.kinds import KindConfig


class OccupationConfig(KindConfig):
    """Registers the kind."""

    name = "permits.occupation"
    label = "occupation"
    verbose_name = _("Occupation of forest land")
