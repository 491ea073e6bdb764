"""Addresses of applications and papers; each kind brings those of its own pages."""

from importlib.util import find_spec

from django.apps import apps
from django.urls import URLPattern, URLResolver, include, path

from permits.kinds import KindConfig
from permits.views import drafts, materials, promises, public, verify

urlpatterns: list[URLPattern | URLResolver] = [
    path("apply/", drafts.draft_new, name="draft-new"),
    path("drafts/<int:pk>/", drafts.draft, name="draft"),
    path("drafts/<int:pk>/materials/", materials.draft_materials, name="draft-materials"),
    path("drafts/<int:pk>/check/", drafts.draft_check, name="draft-check"),
    path("drafts/<int:pk>/submitted/", drafts.draft_submitted, name="draft-submitted"),
    path("materials/<int:pk>/", materials.material, name="material"),
    path("agencies/<slug:slug>/promises/", promises.promises, name="agency-promises"),
    path("verify/", verify.verify_start, name="verify-start"),
    path("verify/<str:token>/", verify.verify, name="verify"),
    path("notices/", public.notice_list, name="notice-list"),
    path("notices/<int:pk>/", public.notice, name="notice"),
    path("notices/<int:pk>.pdf", public.notice_pdf, name="notice-pdf"),
    path("documents/<int:pk>.pdf", verify.document_pdf, name="document"),
]
urlpatterns += [path("", include("permits.tables.urls"))]
brought = [f"{app.name}.{app.urls}" for app in apps.get_app_configs() if isinstance(app, KindConfig)]
urlpatterns += [path("", include(module)) for module in brought if find_spec(module)]
