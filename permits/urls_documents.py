"""Addresses of issued papers: the public verification, public notices, and the download."""

from django.urls import path

from .views import public, verify

urlpatterns = [
    path("verify/", verify.verify_start, name="verify-start"),
    path("verify/<str:token>/", verify.verify, name="verify"),
    path("notices/", public.notice_list, name="notice-list"),
    path("notices/<int:pk>/", public.notice, name="notice"),
    path("notices/<int:pk>.pdf", public.notice_pdf, name="notice-pdf"),
    path("documents/<int:pk>.pdf", verify.document_pdf, name="document"),
]
