"""Flows and state machine agree; and each way in which they could disagree is caught in a flow broken on purpose."""

from __future__ import annotations

from viewflow import this
from viewflow.workflow import flow, nodes

from permits.models.states import S
from roles.models.mandates import Duty
from workflows.conformance import Walk, check_flows, not_offered
from workflows.flows.common import begin, consultees
from workflows.locking import application_lock
from workflows.models import Case, WorkItem
from workflows.nodes import Decide, FanOut
from workflows.registry import fingerprint, versions


class Broken:
    """What every flow below shares; flow classes themselves must not inherit from one another."""

    process_class, task_class, lock_impl = Case, WorkItem, staticmethod(application_lock)


def findings(broken: type[flow.Flow]) -> str:
    return "\n".join(Walk(broken).run())


class DeadEnd(flow.Flow):
    """Acceptance asks for correction, and nothing takes the case from there."""

    process_class, task_class, lock_impl = Broken.process_class, Broken.task_class, Broken.lock_impl
    start = nodes.StartHandle(begin).Next(this.draft)
    draft = Decide(title="d", at=[S.DRAFT], acts=["submit"]).Next(this.accept)
    accept = Decide(
        title="a", at=[S.SUBMITTED], duty=Duty.ACCEPT, acts=["refuse_acceptance", "request_correction"],
        outside=["deem_accepted"],
    ).On(S.NOT_ACCEPTED, this.end).On(S.FIRST_REVIEW, this.end)  # fmt: skip
    end = nodes.End()


class Forbidden(flow.Flow):
    """A button the state machine does not know in that status."""

    process_class, task_class, lock_impl = Broken.process_class, Broken.task_class, Broken.lock_impl
    start = nodes.StartHandle(begin).Next(this.draft)
    draft = Decide(title="d", at=[S.DRAFT], acts=["submit", "approve"]).Next(this.accept)
    accept = Decide(title="a", at=[S.SUBMITTED], acts=["refuse_acceptance"], outside=["deem_accepted"]).Next(this.end)
    end = nodes.End()


class Misspelt(flow.Flow):
    """Two acts that are none."""

    process_class, task_class, lock_impl = Broken.process_class, Broken.task_class, Broken.lock_impl
    start = nodes.StartHandle(begin).Next(this.draft)
    draft = Decide(title="d", at=[S.DRAFT], acts=["submitt"], meanwhile=["record_site_chek"]).Next(this.end)
    end = nodes.End()


class Unknown(flow.Flow):
    """A period, a duty and two statuses that are none."""

    process_class, task_class, lock_impl = Broken.process_class, Broken.task_class, Broken.lock_impl
    start = nodes.StartHandle(begin).Next(this.draft)
    draft = Decide(title="d", at=[S.DRAFT], acts=["submit"]).Next(this.accept)
    accept = (
        Decide(title="a", at=[S.SUBMITTED, "submited"], duty="acept", period="notise", acts=["refuse_acceptance"],
               outside=["deem_accepted"])
        .On("acepted", this.draft).Next(this.end))  # fmt: skip
    end = nodes.End()


class WrongStep(flow.Flow):
    """A step reached in a status in which it does not work."""

    process_class, task_class, lock_impl = Broken.process_class, Broken.task_class, Broken.lock_impl
    start = nodes.StartHandle(begin).Next(this.draft)
    draft = Decide(title="d", at=[S.DRAFT], acts=["submit"]).Next(this.decide)
    decide = Decide(title="x", at=[S.AWAITING_DECISION], acts=["approve"]).Next(this.end)
    end = nodes.End()


class Parallel(flow.Flow):
    """One branch of a consultation moves the whole case on."""

    process_class, task_class, lock_impl = Broken.process_class, Broken.task_class, Broken.lock_impl
    start = nodes.StartHandle(begin).Next(this.draft)
    draft = Decide(title="d", at=[S.DRAFT], acts=["submit"]).Next(this.consult)
    consult = FanOut(this.join).Each(this.accept, consultees)
    accept = Decide(title="a", at=[S.SUBMITTED], acts=["refuse_acceptance"], outside=["deem_accepted"]).Next(this.join)
    join = nodes.Join().Next(this.end)
    end = nodes.End()


class EarlyEnd(flow.Flow):
    """The flow ends while the application is still under way, and a step nobody comes to."""

    process_class, task_class, lock_impl = Broken.process_class, Broken.task_class, Broken.lock_impl
    start = nodes.StartHandle(begin).Next(this.draft)
    draft = Decide(title="d", at=[S.DRAFT], acts=["submit"]).Next(this.end)
    forgotten = Decide(title="f", at=[S.SUBMITTED], acts=["refuse_acceptance"]).Next(this.end)
    end = nodes.End()


class Unlisted(flow.Flow):
    """Deemed acceptance can come at any time before acceptance; this step does not list it."""

    process_class, task_class, lock_impl = Broken.process_class, Broken.task_class, Broken.lock_impl
    start = nodes.StartHandle(begin).Next(this.draft)
    draft = Decide(title="d", at=[S.DRAFT], acts=["submit"]).Next(this.accept)
    accept = Decide(title="a", at=[S.SUBMITTED], acts=["refuse_acceptance"]).Next(this.end)
    end = nodes.End()


class OpenAfterMove(flow.Flow):
    """An act that moves the status is offered as one that leaves the step open."""

    process_class, task_class, lock_impl = Broken.process_class, Broken.task_class, Broken.lock_impl
    start = nodes.StartHandle(begin).Next(this.draft)
    draft = Decide(title="d", at=[S.DRAFT], acts=["submit"]).Next(this.accept)
    accept = Decide(
        title="a", at=[S.SUBMITTED], acts=["refuse_acceptance"], meanwhile=["accept"], outside=["deem_accepted"]
    ).Next(this.end)
    end = nodes.End()


class EndInside(flow.Flow):
    """A branch of a parallel region ends the flow instead of joining."""

    process_class, task_class, lock_impl = Broken.process_class, Broken.task_class, Broken.lock_impl
    start = nodes.StartHandle(begin).Next(this.draft)
    draft = Decide(title="d", at=[S.DRAFT], acts=["submit"]).Next(this.consult)
    consult = FanOut(this.join).Each(this.accept, consultees)
    accept = Decide(title="a", at=[S.SUBMITTED], acts=["refuse_acceptance"], outside=["deem_accepted"]).Next(this.end)
    join = nodes.Join().Next(this.end)
    end = nodes.End()


def test_every_published_flow_conforms_and_every_act_has_a_place():
    assert [message.msg for message in check_flows()] == []


def test_a_status_that_no_route_takes_is_a_dead_end():
    assert "accept in submitted: dead end, request_correction leads to correcting and no route takes it" in findings(
        DeadEnd
    )


def test_a_button_the_state_machine_forbids_is_found():
    assert "draft in draft: the state machine forbids approve" in findings(Forbidden)


def test_an_act_that_there_is_not_is_found_by_its_step():
    """It was an AttributeError, which named neither flow nor step."""
    assert "draft in draft: there is no act submitt" in findings(Misspelt)
    assert "draft in draft: there is no act record_site_chek" in findings(Misspelt)


def test_a_step_reached_in_a_status_it_does_not_work_in_is_a_dead_end():
    assert "decide in submitted: dead end, the step works only in awaiting_decision" in findings(WrongStep)


def test_a_status_change_inside_a_parallel_region_is_found():
    assert "refuse_acceptance changes the status inside a parallel region" in findings(Parallel)


def test_an_end_in_a_status_that_is_not_final_is_found():
    assert "end in submitted: the flow ends in a status that is not final" in findings(EarlyEnd)


def test_a_node_nobody_comes_to_is_found():
    assert "forgotten: unreachable" in findings(EarlyEnd)


def test_an_outside_act_that_a_node_it_can_meet_does_not_list_is_found():
    assert "accept in submitted: deem_accepted can happen outside and is not listed" in findings(Unlisted)


def test_an_act_offered_as_leaving_the_step_open_may_not_move_the_status():
    assert "accept in submitted: accept leaves the step open and changes the status" in findings(OpenAfterMove)


def test_an_end_inside_a_parallel_region_is_found():
    assert "ends inside a parallel region" in findings(EndInside)


def test_an_act_that_no_flow_offers_is_found():
    assert "approve: no flow offers this act" in not_offered([EarlyEnd])


def test_a_published_version_that_was_changed_stops_the_start(monkeypatch):
    version = next(version for version in versions() if version.kind == "tending")
    monkeypatch.setattr(version.flow.instance.first_review, "period", "decide")
    (told,) = check_flows()
    assert (told.id, told.obj) == ("workflows.E003", version.path)
    assert "of the kind tending" in told.msg
    assert fingerprint(version.flow) in told.msg, "who writes a first version reads here what it is frozen by"


def test_a_published_version_keeps_the_graph_it_was_frozen_with():
    assert {version.path: fingerprint(version.flow) for version in versions()} == {
        version.path: version.frozen for version in versions()
    }


def test_what_a_step_names_and_is_not_there_is_told() -> None:
    said = findings(Unknown)
    for what in ("period notise", "duty acept", "status submited", "status acepted"):
        assert f"accept: there is no {what}" in said
