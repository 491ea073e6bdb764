"""The site itself as an application: it owns the commands and checks that belong to no package."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "config"
    verbose_name = "Site"
