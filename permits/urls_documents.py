"""Addresses of issued papers: the public verification, and the download."""

from django.urls import path

from .views import verify

urlpatterns = [
    path("verify/", verify.verify_start, name="verify-start"),
    path("verify/<str:token>/", verify.verify, name="verify"),
    path("documents/<int:pk>.pdf", verify.document_pdf, name="document"),
]
