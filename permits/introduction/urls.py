"""Pages of an introduction's draft. Mounted by permits.urls under the draft's own address."""

from django.urls import path

from . import views

urlpatterns = [
    path("drafts/<int:pk>/introduction/", views.head, name="introduction-head"),
    path("drafts/<int:pk>/introduction/species/", views.species, name="introduction-species"),
    path("drafts/<int:pk>/introduction/species/add/", views.species_edit, name="introduction-species-add"),
    path("drafts/<int:pk>/introduction/species/<int:species>/", views.species_edit, name="introduction-species-edit"),
    path(
        "drafts/<int:pk>/introduction/species/<int:species>/delete/",
        views.species_delete,
        name="introduction-species-delete",
    ),
]
