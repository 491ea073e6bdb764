"""Pages of a tending design's draft. Mounted by permits.urls under the draft's own address."""

from django.urls import path

from permits.tending import views

urlpatterns = [
    path("drafts/<int:pk>/tending/design/", views.head, name="tending-head"),
    path("drafts/<int:pk>/tending/plots/", views.plots, name="tending-plots"),
    path("drafts/<int:pk>/tending/plots/add/", views.plot_add, name="tending-plot-add"),
    path("drafts/<int:pk>/tending/plots/<int:plot>/", views.plot_edit, name="tending-plot"),
    path("drafts/<int:pk>/tending/plots/<int:plot>/delete/", views.plot_delete, name="tending-plot-delete"),
    path("drafts/<int:pk>/tending/plots/import/", views.table_import, name="tending-import"),
    path("drafts/<int:pk>/tending/plots/export.<str:kind>", views.table_export, name="tending-export"),
    path("tending/template.xlsx", views.table_template, name="tending-template"),
]
