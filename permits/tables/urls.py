"""Addresses of the draft pages of every table kind."""

from django.urls import path

from permits.tables import views

urlpatterns = [
    path("drafts/<row:pk>/head/", views.head, name="table-head"),
    path("drafts/<row:pk>/rows/", views.rows, name="table-rows"),
    path("drafts/<row:pk>/rows/add/", views.row_add, name="table-row-add"),
    path("drafts/<row:pk>/rows/<row:row>/", views.row_edit, name="table-row"),
    path("drafts/<row:pk>/rows/<row:row>/delete/", views.row_delete, name="table-row-delete"),
    path("drafts/<row:pk>/rows/import/", views.table_import, name="table-import"),
    path("drafts/<row:pk>/rows/export.<str:form>", views.table_export, name="table-export"),
    path("tables/<slug:kind>/template.xlsx", views.table_template, name="table-template"),
]
