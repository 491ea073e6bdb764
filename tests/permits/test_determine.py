"""What is declared and what is found: the act, what may be found, and what the rules make of it."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.utils.translation import override

from permits.acts.assessment import verdict
from permits.acts.found import case_of, declared_case, determinations, found_value
from permits.acts.perform import perform
from permits.drafts.corrections import places
from permits.errors import BadFacts, NotPermitted, RuleViolated, WrongStatus
from permits.kinds import kind_of
from permits.ledger.chain import problems_of
from permits.models import Act, Application, UnfinishedForm
from permits.models.material import current_files
from permits.models.states import S
from permits.rules.found import value_at, with_values, without
from tests.cast import NOW, fresh, log_in, pdf
from tests.permits.introduction import cases as introduction
from tests.permits.occupation.cases import JIZHOU, MIYUN, Office, draft, parcel
from tests.prepared import walked_once

pytestmark = pytest.mark.django_db
YES = {"outcome": "approve", "opinion": "建议同意。"}


@pytest.fixture(autouse=True)
def now() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture(autouse=True)
def matrix(begins_with_matrix: None) -> None:
    Office.enter()


@walked_once("matrix")
def submitted(*rows: dict[str, Any], place: str = MIYUN, **other: Any) -> tuple[Application, Office]:
    case, clerk = draft(place, *rows, **other)
    office = Office(clerk)
    office.do(case, "submit", statement=True)
    return fresh(case), office


def refused(case: Application, office: Office, path: str, value: str, **said: Any) -> set[str]:
    before = Act.objects.count()
    with pytest.raises(BadFacts) as bad:
        office.determine(case, "accept", path, value, **said)
    assert Act.objects.count() == before
    return set(bad.value.errors)


def test_the_rules_run_on_what_was_found_and_say_so() -> None:
    case, office = submitted()
    assert verdict(case).of("refuse", "refer") == ()
    record = office.determine(case, "accept", "parcels[0].zone", "core")
    found = verdict(fresh(case))
    against = found.of("refuse", "refer")
    assert {finding.basis for finding in against} == {"found"}
    assert any(finding.basis == "declared" for finding in found.findings)
    recorded = [finding["basis"] for finding in record.findings if finding["severity"] in ("refuse", "refer")]
    assert recorded == ["found"] * len(against)


def test_both_values_stand_in_the_record_in_words() -> None:
    case, office = submitted()
    record = office.determine(case, "accept", "parcels[0].zone", "key")
    facts = record.facts
    assert (facts["declared"], facts["value"]) == ("none", "key")
    assert facts["named"]["place"]
    with override("zh-hans"):
        (one,) = determinations(fresh(case))
        assert facts["words"]["found"]["zh-hans"] == one.found_text
        assert one.found_text != one.declared_text != ""
    assert declared_case(fresh(case))["parcels"][0]["zone"] == "none"
    assert problems_of(fresh(case)) == []


def test_the_last_finding_counts_and_the_earlier_stays() -> None:
    case, office = submitted()
    office.determine(case, "accept", "parcels[0].zone", "key")
    office.determine(case, "accept", "parcels[0].zone", "none")
    case = fresh(case)
    assert case_of(case)["parcels"][0]["zone"] == "none"
    assert len(case.did("determine")) == 2


def test_what_is_handed_in_anew_is_looked_at_anew() -> None:
    case, office = submitted()
    office.determine(case, "accept", "parcels[0].zone", "key")
    office.do(case, "request_correction", items=[{"where": places(case)[0][0], "what": "名称不一致"}])
    office.do(case, "resubmit")
    assert determinations(fresh(case)) == []


@pytest.mark.parametrize(
    ("path", "value", "bad"),
    [
        ("parcels[0].colour", "green", {"field"}),
        ("parcels[7].zone", "key", {"field"}),
        ("parcels[0]", "x", {"field"}),
        ("status", "approved", {"field"}),
        ("../x", "1", {"field"}),
        ("parcels[0].zone", "inner", {"value"}),
        ("parcels[0].area_ha", "-1", {"value"}),
        ("parcels[0].area_ha", "1e9", {"value"}),
        ("parcels[0].area_ha", "much", {"value"}),
        ("parcels[0].red_line", "perhaps", {"value"}),
        ("quota_left_ha", "NaN", {"value"}),
        ("years", "2", {"value"}),
    ],
)
def test_a_field_that_is_not_there_and_a_value_out_of_its_range_are_refused(
    path: str, value: str, bad: set[str]
) -> None:
    case, office = submitted()
    assert refused(case, office, path, value) == bad


def test_it_rests_on_a_recorded_check_or_on_evidence() -> None:
    case, office = submitted()
    assert refused(case, office, "parcels[0].zone", "key", ground="site_check") == {"ground"}
    assert refused(case, office, "parcels[0].zone", "key", ground="survey", document=None) == {"document"}
    assert refused(case, office, "parcels[0].zone", "key", ground="hearsay") == {"ground"}


def test_only_who_has_the_duty_of_the_step_determines() -> None:
    case, office = submitted()
    item = office.items(case, "accept")[0]
    said = {"field": "parcels[0].zone", "value": "key", "ground": "survey", "statement": "x"}
    evidence = current_files(case).first()
    with pytest.raises(NotPermitted):
        perform(case.pk, "determine", by=office.clerk, mandate=item.mandate, document=evidence, **said)
    office.do(case, "accept")
    with pytest.raises(NotPermitted):  # the acceptor's step is over
        perform(case.pk, "determine", by=office.officer(item.mandate), mandate=item.mandate, document=evidence, **said)
    office.determine(fresh(case), "recommend", "parcels[0].zone", "key")


def test_another_kind_of_use_found_drops_what_has_no_meaning_any_more() -> None:
    case, office = submitted(tenure="temporary", years=1, permanent_building=False)
    office.determine(case, "accept", "tenure", "permanent")
    told = case_of(fresh(case))
    assert "years" not in told
    assert verdict(fresh(case)).level == "municipal"


def test_a_value_that_opens_another_field_is_told_where_it_is_asked() -> None:
    case, office = submitted()
    office.determine(case, "accept", "project.class", "nature_area_plan")
    with pytest.raises(RuleViolated, match=r"project\.in_plan_area"):
        office.do(case, "accept")
    office.determine(case, "accept", "project.in_plan_area", "yes")
    office.do(case, "accept")


def test_a_secret_waives_the_notice_only_where_an_organ_found_it() -> None:
    case, office = submitted(secret=True)
    office.do(case, "accept")
    case = fresh(case)

    def lacking() -> list[str]:
        with override("en"):
            return [str(one.message) for one in kind_of(case).before_approval(fresh(case))]

    assert any("public notice" in one for one in lacking())
    office.determine(case, "recommend", "secret", "yes")
    assert found_value(fresh(case), "secret") is True
    assert not any("public notice" in one for one in lacking())


def test_a_case_of_another_organ_is_refused_acceptance_also_after_it_was_accepted() -> None:
    case, clerk = introduction.draft(introduction.species("B"))
    office = Office(clerk)
    office.do(case, "submit", statement=True)
    office.do(case, "accept")
    item = office.items(fresh(case), "recommend")[0]
    said = {"ground": "other_organ", "organ": "国家林业和草原局", "reason": "境外陆生野生动物由国家局批准。"}
    with pytest.raises(WrongStatus):  # this organ is the competent one
        office.do(fresh(case), "refuse_acceptance", item=item, **said)
    office.determine(fresh(case), "recommend", "species[0].taxon", "terrestrial_animal")
    office.do(case, "recommend", **YES)
    item = office.items(fresh(case), "record_expert_review")[0]
    with pytest.raises(BadFacts):
        office.do(fresh(case), "refuse_acceptance", item=item, ground="no_permit_needed", reason="x")
    office.do(fresh(case), "refuse_acceptance", item=item, **said)
    done = fresh(case)
    assert done.status == S.NOT_ACCEPTED
    assert list(done.case.open_items) == []
    assert done.documents.filter(kind="non_acceptance").exists()


def test_nobody_decides_what_another_organ_decides_not_even_against_the_applicant() -> None:
    natural = parcel(district=JIZHOU, origin="natural")
    case, office = submitted(natural, place=JIZHOU)
    office.determine(case, "accept", "documents.delegation_instrument", "yes")
    office.do(case, "accept")
    assert fresh(case).scope == "protection_area"
    office.check_site(fresh(case))
    office.do(case, "recommend", outcome="refuse", opinion="x")
    office.hear(case)
    office.determine(fresh(case), "propose", "documents.delegation_instrument", "no")
    with pytest.raises(RuleViolated, match="天津市规划和自然资源局"):
        office.do(case, "propose", outcome="refuse", opinion="x")


def test_the_applicant_reads_what_was_found_with_the_decision() -> None:
    case, office = submitted()
    office.determine(case, "accept", "parcels[0].zone", "key", statement="经查林地一张图")
    page = log_in(office.clerk).get(f"/cases/{case.pk}/").content.decode()
    assert "经查林地一张图" not in page


def test_the_pages_show_declared_and_found_and_take_a_finding() -> None:
    case, office = submitted()
    mandate = office.items(case, "accept")[0].mandate
    assert mandate is not None
    desk = log_in(office.officer(mandate), english=True)
    place = f"/cases/{case.pk}/acts/determine/"
    page = desk.get(place)
    assert page.status_code == 200
    assert "not asked of the applicant" in page.content.decode() or "quota" in page.content.decode()
    form = desk.get(place, {"field": "parcels[0].zone"})
    assert form.status_code == 200
    assert desk.get(place, {"field": "nothing"}).status_code == 404
    assert desk.get(place, {"place": "nowhere"}).status_code == 404
    posted = desk.post(place, {"field": "parcels[0].zone", "value": "", "ground": "survey", "statement": "x"})
    assert posted.status_code == 200
    said = {"field": "parcels[0].zone", "value": "key", "ground": "survey", "statement": "实测", "document": pdf()}
    half = {"field": "parcels[0].zone", "unfinished_page": "acts/determine/parcels[0].zone", "statement": "实"}
    desk.post(place, half | {"unfinished_base": "0"})
    assert UnfinishedForm.objects.exists()
    assert desk.post(place, said).status_code == 302
    assert not UnfinishedForm.objects.exists()
    assert [one.field.path for one in determinations(fresh(case))] == ["parcels[0].zone"]


def test_paths_name_one_place_and_a_copy_is_changed() -> None:
    case = {"a": {"b": [{"c": 1}, {"c": 2}]}, "documents": ["x"]}
    changed = with_values(case, [("a.b[1].c", 3), ("documents.y", True), ("documents.x", False), ("d.e", "new")])
    assert value_at(changed, "a.b[1].c") == 3
    assert value_at(case, "a.b[1].c") == 2
    assert changed["documents"] == ["y"]
    assert changed["d"] == {"e": "new"}
    assert value_at(changed, "a.b[9].c") is None
    assert "c" not in without(changed, ["a.b[0].c"])["a"]["b"][0]
    with pytest.raises(LookupError):
        with_values(case, [("a b", 1)])


@pytest.mark.parametrize("path", ["project.national_major", "secret"])
def test_a_no_that_was_declared_is_told_as_one(path: str) -> None:
    """The rules read it as nothing said; who finds otherwise reads, and records, what the applicant answered."""
    case, office = submitted(national_major=False, secret=False)
    mandate = office.items(case, "accept")[0].mandate
    assert mandate is not None
    desk = log_in(office.officer(mandate))
    shown = desk.get(f"/cases/{case.pk}/acts/determine/", {"field": path})
    assert shown.context["line"].declared == "否"
    office.determine(case, "accept", path, "yes")
    (found,) = determinations(fresh(case))
    assert (found.declared, found.declared_text) == (False, "否")
    assert problems_of(fresh(case)) == []
