"""The site itself as an application: it owns the commands and checks that belong to no package."""

from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class SiteConfig(AppConfig):
    name = "config"
    verbose_name = "Site"


class SiteStaticFilesConfig(StaticFilesConfig):
    """Leaves out the 50 MB of viewflow's own front end: its pages are not mounted."""

    ignore_patterns = ["CVS", ".*", "*~", "viewflow"]
