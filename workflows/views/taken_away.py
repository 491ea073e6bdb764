"""What of a case is taken away: record and submissions, by whoever sees the case; the volume to read and the bundle to
verify, by who looks at it for an agency."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from typing import Any, BinaryIO

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from permits.access import Reader
from permits.errors import NotPermitted
from permits.models import Act, Application, Submission
from permits.models.act import GENESIS
from permits.views.viewing import pdf_response
from permits.volume.bundle import write_bundle
from roles.requests import Signed
from workflows.views.cases import read_case


@login_required
@require_safe
def case_volume(request: Signed, pk: int) -> FileResponse:
    """The volume 卷宗 as one PDF. 404 for who may not know of the case, 403 for the applicant's side."""
    from permits.volume.binding import write_volume  # here, not above: it brings the typesetter into every start

    return _taken_away(request, pk, write_volume, "卷宗 {}.pdf")


@login_required
@require_safe
def case_bundle(request: Signed, pk: int) -> FileResponse:
    """The bundle by which the case can be verified elsewhere. 404 and 403 as the volume."""
    return _taken_away(request, pk, write_bundle, "办件数据包 {}.zip")


def _taken_away(request: Signed, pk: int, write: Callable[[Application, BinaryIO], None], name: str) -> FileResponse:
    application = read_case(request, pk)
    if not Reader(request.user, application).may_take_away:
        raise NotPermitted(_("The volume of a case is kept by the agencies; take the record and the papers."))
    file = tempfile.TemporaryFile()  # noqa: SIM115  # large, so on the disk; the response closes it, and it is gone
    try:
        write(application, file)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return FileResponse(file, as_attachment=True, filename=name.format(application))


@login_required
@require_safe
def application_form(request: Signed, pk: int, number: int) -> HttpResponse:
    """What act `number` of the case handed in, as one PDF, for whoever may see the case. 404 where it handed in
    nothing."""
    application = read_case(request, pk)
    handed_in = Submission.objects.select_related("act", "application__unit", "application__jurisdiction")
    submission = get_object_or_404(handed_in, application=application, act__seq=number)
    from permits.documents.application_form import application_form  # it brings the typesetter

    return pdf_response(application_form(submission), f"申请书 {application.number}-{number}")


@login_required
def record(request: Signed, pk: int) -> HttpResponse:
    """The acts of a case as they were hashed, so that a stranger can check the chain without this system. Of an act
    whose words are withheld from the reader only the hash is there; the acts after it are chained to that."""
    application = read_case(request, pk)
    withheld = Reader(request.user, application).withheld
    acts = application.acts.select_related("submission").order_by("seq")
    content = {
        "case": str(application),
        "how_to_verify": "For each act: SHA-256 of the UTF-8 bytes of body is hash; body's previous is the hash of the "
        "act before, 64 zeros for the first; a submission's SHA-256 is named in the body of its act. Of one withheld "
        "the hash alone is here; its body is given with the decision.",
        "genesis": GENESIS,
        "acts": [_act_as_recorded(act, act.pk in withheld) for act in acts],
    }
    response = HttpResponse(
        json.dumps(content, ensure_ascii=False, indent=1), content_type="application/json; charset=utf-8"
    )
    name = _("Record of acts %(case)s.json") % {"case": application.number or application.pk}
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def _act_as_recorded(act: Act, withheld: bool) -> dict[str, Any]:
    if withheld:
        return {"seq": act.seq, "withheld": True, "hash": act.hash}
    handed_in = getattr(act, "submission", None)
    row = {"seq": act.seq, "body": act.body, "hash": act.hash}
    return row | ({"submission": handed_in.body} if handed_in else {})
