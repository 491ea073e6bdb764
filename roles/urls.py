"""Pages of the role matrix."""

from django.urls import path

from roles import views

urlpatterns = [
    path("roles/", views.matrix, name="role-matrix"),
    path("roles/me/", views.profile, name="profile"),
    path("roles/delegations/new/", views.delegation_new, name="delegation-new"),
    path("roles/delegations/<int:pk>/end/", views.delegation_end, name="delegation-end"),
]
