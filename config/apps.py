"""The site itself as an application: it owns the commands and checks that belong to no package."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SiteConfig(AppConfig):
    name = "config"
    verbose_name = _("Site")

    def ready(self) -> None:
        """Connects what the site itself does at each act, job and migration."""
        from config.logs import tell_act
        from permits.acts.perform import act_performed

        act_performed.connect(tell_act, dispatch_uid="config.log")
