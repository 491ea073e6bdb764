"""Addresses of applications and papers; each kind brings those of its own pages."""

from importlib.util import find_spec

from django.apps import apps
from django.urls import URLPattern, URLResolver, include, path

from permits.kinds import KindConfig
from permits.views import drafts, materials, promises, public, verify

urlpatterns: list[URLPattern | URLResolver] = [
    path("apply/", drafts.draft_new, name="draft-new"),
    path("drafts/<row:pk>/", drafts.draft, name="draft"),
    path("drafts/<row:pk>/materials/", materials.draft_materials, name="draft-materials"),
    path("drafts/<row:pk>/check/", drafts.draft_check, name="draft-check"),
    path("drafts/<row:pk>/submitted/", drafts.draft_submitted, name="draft-submitted"),
    path("materials/<row:pk>/", materials.material, name="material"),
    path("agencies/<slug:slug>/promises/", promises.promises, name="agency-promises"),
    path("verify/", verify.verify_start, name="verify-start"),
    path("verify/<str:token>/", verify.verify, name="verify"),
    path("notices/", public.notice_list, name="notice-list"),
    path("notices/<row:pk>/", public.notice, name="notice"),
    path("notices/<row:pk>.pdf", public.notice_pdf, name="notice-pdf"),
    path("documents/<row:pk>.pdf", verify.document_pdf, name="document"),
]
urlpatterns += [path("", include("permits.tables.urls"))]
brought = [f"{app.name}.{app.urls}" for app in apps.get_app_configs() if isinstance(app, KindConfig)]
urlpatterns += [path("", include(module)) for module in brought if find_spec(module)]
