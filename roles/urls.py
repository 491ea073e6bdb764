"""Pages of the role matrix."""

from django.urls import path

from . import views

urlpatterns = [
    path("roles/", views.matrix, name="role-matrix"),
    path("roles/me/", views.profile, name="profile"),
]
