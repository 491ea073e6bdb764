"""Pages of an occupation's draft. Mounted by permits.urls under the draft's own address."""

from django.urls import path

from permits.occupation import views

urlpatterns = [
    path("drafts/<int:pk>/occupation/project/", views.head, name="occupation-head"),
    path("drafts/<int:pk>/occupation/parcels/", views.parcels, name="occupation-parcels"),
    path("drafts/<int:pk>/occupation/parcels/add/", views.parcel_add, name="occupation-parcel-add"),
    path("drafts/<int:pk>/occupation/parcels/<int:parcel>/", views.parcel_edit, name="occupation-parcel"),
    path("drafts/<int:pk>/occupation/parcels/<int:parcel>/delete/", views.parcel_delete,
         name="occupation-parcel-delete"),
    path("drafts/<int:pk>/occupation/parcels/import/", views.table_import, name="occupation-import"),
    path("drafts/<int:pk>/occupation/parcels/export.<str:kind>", views.table_export, name="occupation-export"),
    path("occupation/template.xlsx", views.table_template, name="occupation-template"),
]  # fmt: skip
