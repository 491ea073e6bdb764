"""A case taken away whole, by who looks at it for an agency: the volume to read, the bundle to verify."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from typing import BinaryIO

from django.contrib.auth.decorators import login_required
from django.http import FileResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from permits.access import may_take_away
from permits.errors import NotPermitted
from permits.models import Application
from permits.volume.bundle import write_bundle
from roles.requests import Signed
from workflows.views.cases import read_case


@login_required
@require_GET
def case_volume(request: Signed, pk: int) -> FileResponse:
    """The volume 卷宗 as one PDF. 404 for who may not know of the case, 403 for the applicant's side."""
    from permits.volume.binding import write_volume  # it brings the typesetter; few processes ever bind a volume

    return _taken_away(request, pk, write_volume, "卷宗 {}.pdf")


@login_required
@require_GET
def case_bundle(request: Signed, pk: int) -> FileResponse:
    """The bundle by which the case can be verified elsewhere. 404 and 403 as the volume."""
    return _taken_away(request, pk, write_bundle, "办件数据包 {}.zip")


def _taken_away(request: Signed, pk: int, write: Callable[[Application, BinaryIO], None], name: str) -> FileResponse:
    application = read_case(request, pk)
    if not may_take_away(request.user, application):
        raise NotPermitted(_("The volume of a case is kept by the agencies; take the record and the papers."))
    file = tempfile.TemporaryFile()  # noqa: SIM115  # large, so on the disk; the response closes it, and it is gone
    try:
        write(application, file)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return FileResponse(file, as_attachment=True, filename=name.format(application))
