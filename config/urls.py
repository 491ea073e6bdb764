"""Addresses of the site; each package names its own."""

from django.urls import URLPattern, URLResolver, include, path

from config.health import healthz, readyz
from config.language import choose_language
from config.manuals import manual, manual_list
from config.metrics import metrics

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("config.account_urls")),
    path("language/", choose_language, name="set_language"),
    path("help/", manual_list, name="help"),
    path("help/<slug:name>/", manual, name="manual"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    *(path("", include(f"{name}.urls")) for name in ("roles", "permits", "workflows")),
]

handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"
