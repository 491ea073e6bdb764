"""Addresses of applications and papers; each kind brings those of its own pages."""

from importlib.util import find_spec

from django.apps import apps
from django.urls import URLPattern, URLResolver, include, path

from permits.kinds import KindConfig
from permits.views import (
    comparing,
    copying,
    drafts,
    guide,
    log,
    materials,
    objecting,
    official_data,
    precheck,
    progress,
    promises,
    public,
    quotas,
    register,
    unfinished,
    verify,
)  # fmt: skip

urlpatterns: list[URLPattern | URLResolver] = [
    path("apply/", drafts.draft_new, name="draft-new"),
    path("drafts/<row:pk>/", drafts.draft, name="draft"),
    path("drafts/<row:pk>/materials/", materials.draft_materials, name="draft-materials"),
    path("drafts/<row:pk>/check/", drafts.draft_check, name="draft-check"),
    path("drafts/<row:pk>/application.pdf", drafts.draft_form, name="draft-form"),
    path("drafts/<row:pk>/submitted/", drafts.draft_submitted, name="draft-submitted"),
    path("drafts/<row:pk>/unfinished/", unfinished.draft_unfinished, name="draft-unfinished"),
    path("drafts/<row:pk>/copy/", copying.draft_copy, name="draft-copy"),
    path("cases/<row:pk>/compare/", comparing.submissions_compare, name="case-compare"),
    path("materials/<row:pk>/", materials.material, name="material"),
    path("materials/<row:pk>/view/", materials.material_view, name="material-view"),
    path("agencies/<slug:slug>/promises/", promises.promises, name="agency-promises"),
    path("quotas/", quotas.quota_list, name="quota-list"),
    path("quotas/<row:pk>/", quotas.quota, name="quota"),
    path("quotas/<row:pk>/carry/", quotas.quota_carry, name="quota-carry"),
    path("quotas/<row:pk>/lapse/", quotas.quota_lapse, name="quota-lapse"),
    path("agencies/<slug:slug>/official-data/", official_data.data_of_agency, name="official-data"),
    path("guide/", guide.guide_list, name="guide-list"),
    path("guide/<slug:kind>/<slug:district>/", guide.guide_page, name="guide"),
    path("precheck/<slug:kind>/", precheck.precheck_page, name="precheck"),
    path("progress/", progress.progress, name="progress"),
    path("log/", log.log_page, name="log-page"),
    path("log/checkpoint", log.log_checkpoint, name="log-checkpoint"),
    path("log/verify.py", log.log_verifier, name="log-verifier"),
    path("log/tile/entries/<path:tile>", log.log_entries, name="log-entries"),
    path("log/tile/<int:level>/<path:tile>", log.log_tile, name="log-tile"),
    path("verify/", verify.verify_start, name="verify-start"),
    path("verify/<str:token>/", verify.verify, name="verify"),
    path("verify/<str:token>/proof.json", verify.verify_proof, name="verify-proof"),
    path("notices/", public.notice_list, name="notice-list"),
    path("notices/<row:pk>/", public.notice, name="notice"),
    path("notices/<row:pk>.pdf", public.notice_pdf, name="notice-pdf"),
    path("notices/<row:pk>/objection/", objecting.objection_new, name="objection-new"),
    path("notices/objection/", objecting.objection_progress, name="objection-progress"),
    path("register/", register.register_list, name="register-list"),
    path("register/data.<slug:form>", register.register_data, name="register-data"),
    path("register/<row:pk>/", register.register_entry, name="register-entry"),
    path("objections/<row:pk>/file/", objecting.objection_file, name="objection-file"),
    path("documents/<row:pk>.pdf", verify.document_pdf, name="document"),
]
urlpatterns += [path("", include("permits.tables.urls"))]
brought = [f"{app.name}.{app.urls}" for app in apps.get_app_configs() if isinstance(app, KindConfig)]
urlpatterns += [path("", include(module)) for module in brought if find_spec(module)]
