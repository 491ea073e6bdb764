"""Addresses of the draft pages of every table kind."""

from django.urls import path

from permits.tables import views

urlpatterns = [
    path("drafts/<int:pk>/head/", views.head, name="table-head"),
    path("drafts/<int:pk>/rows/", views.rows, name="table-rows"),
    path("drafts/<int:pk>/rows/add/", views.row_add, name="table-row-add"),
    path("drafts/<int:pk>/rows/<int:row>/", views.row_edit, name="table-row"),
    path("drafts/<int:pk>/rows/<int:row>/delete/", views.row_delete, name="table-row-delete"),
    path("drafts/<int:pk>/rows/import/", views.table_import, name="table-import"),
    path("drafts/<int:pk>/rows/export.<str:form>", views.table_export, name="table-export"),
    path("tables/<slug:kind>/template.xlsx", views.table_template, name="table-template"),
]
