"""A paper printed late names the applicant as one printed in time would have."""

from __future__ import annotations

import pytest

from permits.documents.holder import as_decided
from permits.documents.printing import render_pending
from permits.models import Application, Document
from permits.models.document import NoticeKind
from permits.models.states import S
from roles.bodies import change_body
from tests.cast import Cast, fresh
from tests.permits.documents.reading import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("real_seal")]
LATER = "北京市密云云蒙山林场"


def printed(case: Application, kind: NoticeKind) -> str:
    paper = Document.objects.get(application=case, kind=kind)
    assert paper.status == Document.Status.PENDING
    done = render_pending(paper.pk)
    return text_of(bytes(done.file.pdf)) + done.title


def test_a_unit_renamed_since_is_called_as_it_was(cast: Cast) -> None:
    case, was = cast.case_at(S.FIRST_REVIEW), cast.farm.name
    change_body(fresh(case).unit, name=LATER)
    told = printed(case, NoticeKind.ACCEPTANCE)
    assert was in told
    assert LATER not in told


def test_a_unit_renamed_before_the_act_is_called_by_its_new_name(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    change_body(fresh(case).unit, name=LATER)
    cast.do(case, "accept")
    assert LATER in printed(case, NoticeKind.ACCEPTANCE)


def test_what_was_handed_in_since_is_not_what_the_act_was_about(cast: Cast) -> None:
    """Renamed, and handed in again under the new name, before the request for the correction was printed."""
    case, was = cast.case_at(S.CORRECTING), cast.farm.name
    change_body(fresh(case).unit, name=LATER)
    cast.do(case, "resubmit", note="已补正", statement=True)
    now = fresh(case)
    (asked,) = now.did("request_correction")
    assert as_decided(now, asked)["name"] == was
    assert as_decided(now, now.did("resubmit")[0])["name"] == LATER
    told = printed(case, NoticeKind.CORRECTION)
    assert was in told
    assert LATER not in told
