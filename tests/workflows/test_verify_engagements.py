"""The record of an engagement: kept by the database, in the log, verified; and a sample anyone can draw again."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test.utils import override_settings
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as some

from permits.ledger import triggers
from permits.ledger.sequencer import sequence
from permits.ledger.whole import problems as log_problems
from permits.models import LogLeaf
from permits.verification.run import of_installation
from tests.cast import PDF, Cast, log_in
from tests.workflows.engaged import Engaged
from workflows.engagements.acts import draw_sample
from workflows.engagements.answers import answer
from workflows.engagements.drawing import Line, draw, read, shares, text_of
from workflows.engagements.findings import close
from workflows.engagements.standing import Standing
from workflows.engagements.verifying import engagements as verified
from workflows.models import EngagementEntry, EngagementFile, Entry

pytestmark = pytest.mark.owner

TABLES = ("workflows_engagement", "workflows_engagemententry", "workflows_engagementfile")


@pytest.fixture
def engaged(cast: Cast) -> Engaged:
    return Engaged.with_cases(cast, 3)


def wrong() -> list[str]:
    with override("en"):
        return [problem.what for problem in verified()]


# ---- the sample ------------------------------------------------------------------------------------------------------
def test_the_sample_is_drawn_again_by_hand_from_what_the_pages_give(engaged: Engaged) -> None:
    """Nothing of the program is used: the list, the seed and SHA-256."""
    engagement = engaged.drawn(2)
    row = Standing.of(engagement).samples[0]
    page = log_in(engaged.cast.auditor).get(f"/desk/engagements/{engagement.pk}/").content.decode()
    assert row.facts["seed"] in page
    listed = log_in(engaged.cast.auditor).get(f"/desk/engagements/{engagement.pk}/population/{row.seq}/").content
    assert hashlib.sha256(listed).hexdigest() == row.facts["sha256"]
    numbers = [line.split("\t")[0] for line in listed.decode().splitlines()]
    assert numbers == sorted(case.number for case in engaged.cases)
    by_hash = sorted(numbers, key=lambda one: hashlib.sha256(f"{row.facts['seed']}|{one}".encode()).hexdigest())
    assert [one.number for one in Standing.of(engagement).cases.values()] == by_hash[:2]


def test_every_draw_has_a_seed_of_its_own(engaged: Engaged) -> None:
    seeds = {Standing.of(engaged.drawn(1)).samples[0].facts["seed"] for _number in range(4)}
    assert len(seeds) == 4
    assert all(len(seed) == 64 for seed in seeds)


def test_strata_by_outcome_share_the_sample_out(engaged: Engaged) -> None:
    engagement = engaged.open()
    draw_sample(engagement.pk, 4, by=engaged.cast.auditor, strata="outcome")
    assert Counter(one.outcome for one in Standing.of(engagement).cases.values()) == {"approve": 3, "refuse": 1}
    assert wrong() == []


SIZES = some.dictionaries(some.text("abc", min_size=1, max_size=3), some.integers(1, 500), min_size=1, max_size=6)


@given(SIZES, some.data())
def test_shares_add_up_and_none_is_larger_than_its_stratum(sizes: dict[str, int], data: Any) -> None:
    wanted = data.draw(some.integers(1, sum(sizes.values())))
    found = shares(sizes, wanted)
    assert sum(found.values()) == wanted
    for name, size in sizes.items():
        assert found[name] <= size
        assert abs(found[name] - wanted * size / sum(sizes.values())) < 1


@given(some.sets(some.integers(1, 10**6), min_size=1, max_size=60), some.data())
def test_a_draw_gives_as_many_different_cases_of_the_list_whatever_its_order(keys: set[int], data: Any) -> None:
    lines = [Line(f"FY-{key:07d}", "tending", "approve") for key in keys]
    wanted = data.draw(some.integers(1, len(lines)))
    drawn = draw(lines, seed="00" * 32, wanted=wanted)
    assert len({line.number for line in drawn}) == wanted
    assert draw(data.draw(some.permutations(lines)), seed="00" * 32, wanted=wanted) == drawn
    assert read(text_of(lines)) == sorted(lines, key=lambda line: line.number)


def test_every_case_is_as_likely_as_every_other() -> None:
    """Of ten cases two are drawn with 2000 seeds: each about 400 times (standard deviation 18)."""
    lines = [Line(str(number), "", "") for number in range(10)]
    count: Counter[str] = Counter()
    for number in range(2000):
        seed = hashlib.sha256(str(number).encode()).hexdigest()
        count.update(line.number for line in draw(lines, seed=seed, wanted=2))
    assert all(310 < many < 490 for many in count.values()), count


# ---- the record ------------------------------------------------------------------------------------------------------
def whole_engagement(engaged: Engaged) -> Any:
    engagement = engaged.drawn(3)
    finding = engaged.found(engagement)
    draw_sample(engagement.pk, 1, by=engaged.cast.auditor, reason="扩大样本")
    answer(finding, "agrees", "属实", by=engaged.cast.head, files=[SimpleUploadedFile("材料.pdf", PDF)])
    close(engagement.pk, "结论", by=engaged.cast.auditor, reason="届满")
    return engagement


def test_a_whole_engagement_verifies_with_its_log(engaged: Engaged) -> None:
    engagement = whole_engagement(engaged)
    assert wrong() == []
    sequence()
    assert LogLeaf.objects.filter(source="engagement").count() == engagement.entries.count()
    assert log_problems() == []
    assert [row.seq for row in Standing.of(engagement).entries] == list(range(1, engagement.entries.count() + 1))


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("sql", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_database_refuses_to_rewrite_it(engaged: Engaged, table: str, sql: str) -> None:
    whole_engagement(engaged)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.format(table))


ENTRY = "workflows_engagemententry"
TAMPERINGS = {
    "words": (f"UPDATE {ENTRY} SET body = replace(body, '属实', '不实') WHERE entry = 'answered'", "stored hash"),
    "a column": (f"UPDATE {ENTRY} SET due = '2030-01-01' WHERE entry = 'finding'", "column due differs"),
    "who": (f"UPDATE {ENTRY} SET concerned_id = person_id WHERE entry = 'joined'", "column concerned differs"),
    "a hash": (f"UPDATE {ENTRY} SET hash = previous WHERE entry = 'concluded'", "stored hash"),
    "an entry": (f"DELETE FROM {ENTRY} WHERE entry = 'concluded'", "is missing"),
    "the list": (f"UPDATE {ENTRY} SET population = population || 'X' WHERE entry = 'sample'", "what was hashed"),
    "the title": ("UPDATE workflows_engagement SET title = '别的'", "column title differs"),
    "a file's row": ("DELETE FROM workflows_engagementfile", "its files are not those it names"),
}


def unguarded() -> None:
    """The triggers taken away, as only the owner of the database can."""
    connection.check_constraints()
    with connection.cursor() as cursor:
        for table in TABLES:
            for name in ("no_update", "no_delete") if connection.vendor == "sqlite" else ("no_rewrite",):
                cursor.execute(
                    f"DROP TRIGGER {table}_{name}" + ("" if connection.vendor == "sqlite" else f" ON {table}")
                )


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_tampering_past_the_guards_is_found(engaged: Engaged, tampering: str) -> None:
    whole_engagement(engaged)
    sequence()
    unguarded()
    sql, told = TAMPERINGS[tampering]
    with connection.cursor() as cursor:
        cursor.execute(sql)
    assert any(told in what for what in wrong()), wrong()
    if ENTRY in sql and "population" not in sql:
        assert log_problems()
    assert set(triggers.missing(connection)) == set(TABLES)


def forged(engagement: Any, **facts: Any) -> None:
    """The sample's entry written anew, with every hash after it, as the database's owner could."""
    from workflows.engagements.record import canonical, digest

    unguarded()
    previous = None
    for row in EngagementEntry.objects.filter(engagement=engagement).order_by("seq"):
        content = row.content
        if row.entry == Entry.SAMPLE and row.seq == Standing.of(engagement).samples[0].seq:
            content["facts"] |= facts
        if previous is not None:
            content["previous"] = row.previous = previous
        row.body = canonical(content)
        previous = row.hash = digest(row.body)
        EngagementEntry.objects.filter(pk=row.pk).update(body=row.body, hash=row.hash, previous=row.previous)


def test_a_sample_that_is_not_its_seeds_is_found_even_with_every_hash_made_anew(engaged: Engaged) -> None:
    engagement = engaged.drawn(2)
    drawn = Standing.of(engagement).samples[0].facts["drawn"]
    with transaction.atomic():
        forged(engagement, seed="ab" * 32, drawn=drawn)
    assert wrong() == ["entry 4: the sample is not the one that seed and population give"]


@pytest.mark.parametrize("gone", ["drawn", "size", "facts"])
def test_an_entry_that_cannot_be_read_hides_nothing_of_the_others(engaged: Engaged, gone: str) -> None:
    """The owner of the database takes a word out of the first engagement, and changes the title of the second."""
    spoilt, other = engaged.drawn(2), engaged.drawn(1)
    unguarded()
    with connection.cursor() as cursor:
        changed = f"replace(body, '\"{gone}\"', '\"lost\"')"
        cursor.execute(f"UPDATE {ENTRY} SET body = {changed} WHERE engagement_id = {spoilt.pk}")
        cursor.execute(f"UPDATE workflows_engagement SET title = '别的' WHERE id = {other.pk}")
    other.refresh_from_db()
    assert {str(spoilt), str(other)} <= {problem.where for problem in of_installation("engagements")}


def test_a_population_without_a_case_in_scope_is_found_even_with_every_hash_made_anew(engaged: Engaged) -> None:
    engagement = engaged.drawn(1)
    row = Standing.of(engagement).samples[0]
    from workflows.engagements.drawing import sha256

    drawn = row.facts["drawn"][0]["number"]
    left = [line for line in read(row.population) if line.number == drawn]
    unguarded()
    content = row.content
    content["population"] = sha256(text_of(left))
    content["facts"] |= {
        "size": 1,
        "parts": [{"stratum": "", "size": 1, "share": 1}],
        "sha256": sha256(text_of(left)),
        "before": "2027-01-01T00:00:00.000000Z",
    }
    from workflows.engagements.record import canonical, digest

    body = canonical(content)
    EngagementEntry.objects.filter(pk=row.pk).update(population=text_of(left), body=body, hash=digest(body))
    (told,) = wrong()
    assert "was drawn without cases in scope" in told


def test_a_file_that_is_damaged_or_gone_is_found(engaged: Engaged, tmp_path: Any) -> None:
    whole_engagement(engaged)
    kept = EngagementFile.objects.exclude(entry__entry=Entry.CLOSED).get()
    with kept.file.storage.open(kept.file.name, "wb") as file:
        file.write(b"something else")
    assert any("材料.pdf" in what for what in wrong())


def test_nothing_is_written_where_the_store_cannot_keep_the_file(engaged: Engaged, tmp_path: Any) -> None:
    from permits.errors import StorageFailed

    finding = engaged.found(engaged.drawn(1))
    before = EngagementEntry.objects.count()
    place = tmp_path / "no-directory"
    place.write_text("a file where the store should be")
    options = {"BACKEND": "config.disk.Disk", "OPTIONS": {"location": place}}
    from django.conf import settings

    with override_settings(STORAGES=settings.STORAGES | {"default": options}), pytest.raises(StorageFailed):
        answer(finding, "agrees", "属实", by=engaged.cast.head, files=[SimpleUploadedFile("新材料.pdf", PDF + b"%")])
    assert EngagementEntry.objects.count() == before
