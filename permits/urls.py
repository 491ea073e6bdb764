"""Addresses of applications, common to all kinds; each slice and the documents name their own."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from .kinds import REGISTRY
from .views import drafts, materials

urlpatterns: list[URLPattern | URLResolver] = [
    path("apply/", drafts.draft_new, name="draft-new"),
    path("drafts/<int:pk>/", drafts.draft, name="draft"),
    path("drafts/<int:pk>/materials/", materials.draft_materials, name="draft-materials"),
    path("drafts/<int:pk>/check/", drafts.draft_check, name="draft-check"),
    path("drafts/<int:pk>/submitted/", drafts.draft_submitted, name="draft-submitted"),
    path("materials/<int:pk>/", materials.material, name="material"),
]
others = ["permits.urls_documents", *(f"permits.{kind}.urls" for kind in REGISTRY)]
urlpatterns += [path("", include(name)) for name in others if find_spec(name)]
