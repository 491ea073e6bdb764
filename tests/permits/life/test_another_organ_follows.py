"""A permit in force whose organ was replaced or renamed by an edition of the role matrix: who goes on with it, and what
the papers say of who granted it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from permits.acts.perform import perform
from permits.errors import NotPermitted
from permits.models import Act, Document
from permits.models.document import NoticeKind
from permits.verification.run import verify
from roles.appointments import grant
from roles.models import Agency, Mandate
from roles.models.mandates import Duty
from tests.cast import fresh, log_in, make_person, make_post
from tests.permits.documents.reading import text_of
from tests.permits.life.cases import REVOKED, Desk, print_papers
from tests.workflows.holding import follow, leave
from workflows.mandates import the_mandate
from workflows.sweep import tick


def letter(act: Act, kind: str) -> str:
    return text_of(bytes(Document.objects.get(act=act, kind=kind).file.pdf))


def replaced(desk: Desk) -> tuple[Mandate, Mandate]:
    """The row by which the organ decided, which has left the matrix, and that of the organ that follows."""
    gone = the_mandate(fresh(desk.case), Duty.DECIDE)
    return gone, follow(gone, Agency.objects.get(slug="bj-planning"))


def test_the_organ_that_follows_answers_and_its_letters_say_by_what_right(temporary: Desk) -> None:
    temporary.ask("ask_change", what="contact", now="密云区新址", reason="搬迁。")
    gone, new = replaced(temporary)
    leave(gone)
    post = make_post("planning-decide", agency=new.agency)
    grant(post, new)
    officer = make_person("planning", "规自决定", post)
    tick()
    page = log_in(officer).get(reverse("permit", args=[temporary.case.pk]))
    assert [asked.request.act.act for asked in page.context["asked"]] == ["ask_change"]
    with pytest.raises(NotPermitted):
        perform(temporary.case.pk, "grant_change", by=temporary.decider, mandate=gone)
    acts = {"grant_change": NoticeKind.PERMIT_CHANGED, "revoke_permit": NoticeKind.PERMIT_REVOKED}
    for act, kind in acts.items():
        done = perform(temporary.case.pk, act, by=officer, mandate=new, **(REVOKED if act == "revoke_permit" else {}))
        print_papers(temporary.case)
        told = letter(done, kind)
        assert f"持有{gone.agency.name}2026年12月2日批准的" in told
        assert f"{gone.agency.name}的该项职责现由本机关承担。" in told
    assert not [one for one in verify(installation=False) if one.check in ("register", "papers", "force", "derived")]


def test_an_organ_that_was_renamed_says_what_it_was_called(temporary: Desk) -> None:
    agency = the_mandate(fresh(temporary.case), Duty.DECIDE).agency
    then, agency.name = agency.name, "北京市林业和草原局"
    agency.save(update_fields=["name"])
    told = letter(temporary.decide("revoke_permit", **REVOKED), NoticeKind.PERMIT_REVOKED)
    assert f"持有本机关（时称{then}）2026年12月2日批准的" in told
    assert "现由本机关承担" not in told
    assert told.startswith(agency.name)


def test_an_organ_entered_anew_under_its_name_took_over_nothing(temporary: Desk) -> None:
    """As where an edition names it by another key: to the holder it is the same organ."""
    gone, new = replaced(temporary)
    leave(gone)
    new.agency.name = fresh(temporary.case).did("approve")[0].agency_name
    new.agency.save(update_fields=["name"])
    post = make_post("planning-decide", agency=new.agency)
    grant(post, new)
    officer = make_person("planning", "规自决定", post)
    perform(temporary.case.pk, "revoke_permit", by=officer, mandate=new, **REVOKED)
    print_papers(temporary.case)
    told = letter(fresh(temporary.case).did("revoke_permit")[0], NoticeKind.PERMIT_REVOKED)
    assert "持有本机关2026年12月2日批准的" in told
    assert "现由本机关承担" not in told
