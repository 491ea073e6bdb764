"""A case at random: everybody who acts in it, and where the model (random_law.py) says it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from importlib import import_module
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from permits.acts.perform import perform
from permits.errors import PermitError, WrongStatus
from permits.models import Act, Application, Permit
from roles.appointments import appoint, dismiss, grant
from roles.models import Agency, Mandate, Person, Post
from roles.models.mandates import Duty, current
from tests.cast import PDF, Cast, log_in, make_person, make_post, pdf
from tests.permits.random_law import CHALLENGED, CLOCKS, DUTIES, DUTY, HEADS, MOVES, PERMIT, UNITS
from tests.permits.random_remedies import (
    ANSWERS as REQUESTS,
)
from tests.permits.random_remedies import (
    CHALLENGEABLE,
    REMEDIES,
    TAKEN,
    Told,
    may_be_followed,
    permit_of,
    waits,
)
from tests.permits.random_words import ANSWERS, KEEPING, SAY, WATCHED, today
from tests.workflows.desks import _typed as typed
from workflows.mandates import mandates_for, the_mandate
from workflows.models import WorkItem
from workflows.worklist import holders


class Case:
    """A case of a kind as the tests see it, and where the model says it stands."""

    def __init__(self, kind: str, cast: Cast, told: Counter[str]) -> None:
        self.kind, self.law, self.told = kind, MOVES[kind], told
        begun = import_module(f"tests.permits.{kind}.cases").draft
        row, self.clerk = (cast.draft(), cast.clerk) if kind == "tending" else begun()
        self.pk, self.status, self.permit = row.pk, "draft", ""
        self.ends: str | None = None
        self.acts: list[Told] = []
        self.barred: set[int] = set()
        self.done: Counter[str] = Counter()
        self.draw: Callable[[Any], Any] = lambda options: next(iter(options))
        self.people = {"clerk": self.clerk, "stranger": someone("passer-by")}
        self._staff(row)

    def _staff(self, row: Application) -> None:
        for duty in DUTIES:
            for mandate in mandates_for(row, duty, district=row.jurisdiction_id):
                self.people[f"{mandate.agency.slug}-{duty}"] = self.people[str(duty)] = self._officer(mandate)
        named = [self.mandate(duty) for duty in (Duty.FINAL_REVIEW, Duty.DECIDE)]
        held = [mandate.agency for mandate in named if mandate] or [Agency.objects.get(slug="bj-miyun-forestry")]
        agency = held[0]
        office = Post.objects.filter(slug="chaos-office").first() or make_post("chaos-office", agency=agency)
        self.people |= {
            "chair": someone("chair", office),
            "second": someone("second", office),
            "third": someone("third", office),
        }
        for one in held:
            slug = f"chaos-head-{one.pk}"
            if not Post.objects.filter(slug=slug).exists():
                grant(make_post(slug, agency=one), one)
            self.people["head"] = someone(slug, Post.objects.get(slug=slug))

    @classmethod
    def staff(cls, kind: str, cast: Cast) -> None:
        """The officers of a case of the kind, before any of them begins: each would else appoint them anew."""
        mark = transaction.savepoint()
        row = cls(kind, cast, Counter()).row
        named = [mandate for duty in DUTIES for mandate in mandates_for(row, duty, district=row.jurisdiction_id)]
        transaction.savepoint_rollback(mark)
        for mandate in named:
            cls._officer(mandate)

    def mandate(self, duty: str) -> Mandate | None:
        """The one mandate with that duty; of some kinds there is one only once the route is known."""
        try:
            return the_mandate(self.row, duty)
        except WrongStatus:
            return None

    @staticmethod
    def _officer(mandate: Mandate) -> Person:
        """Who has it; somebody is appointed to a mandate that nobody had yet."""
        if held := holders(mandate):
            return held[0]
        slug = f"{mandate.agency.slug}-{mandate.duty}"
        post = Post.objects.filter(slug=slug).first() or make_post(slug, agency=mandate.agency)
        if not mandate.grants.filter(group=post.group).exists():
            grant(post, mandate)
        if not post.memberships.exists():
            appoint(someone(slug), post)
        return post.memberships.order_by("pk")[0].person

    @property
    def row(self) -> Application:
        return Application.objects.get(pk=self.pk)

    # ---- what is said ----
    def pick(self, options: Any) -> Any:
        return self.draw(tuple(options))

    def items(self) -> list[WorkItem]:
        return list(self.row.case.open_items.select_related("mandate__agency", "owner").order_by("pk"))

    def any_item(self) -> int:
        return int(self.pick([item.pk for item in self.items()] or [1]))

    def anybody(self) -> Person:
        return self.people[self.pick(sorted(self.people))]

    def adviser(self) -> Any:
        row = self.row
        asked = sorted(mandates_for(row, Duty.ADVISE, district=row.jurisdiction_id), key=lambda one: one.pk)
        return self.pick(asked) if asked else self.mandate(Duty.FINAL_REVIEW)

    def objection(self) -> int:
        told = self.row.did("record_objection")
        return int(told[-1].seq) if told else 1

    def hearing_request(self) -> int:
        asked = self.row.did("ask_hearing", "record_hearing_request")
        return int(asked[-1].seq) if asked else 1

    def minutes(self) -> dict[str, str]:
        return {"minutes": "笔录已采信。"} if self.row.did("hold_hearing") else {}

    def paper(self) -> Any:
        from permits.drafts.materials import attach

        duty = Duty(DUTY.get(self.status, "decide"))
        mandate = self.mandate(duty)
        if mandate is None or str(duty) not in self.people:
            return None
        return attach(self.pk, pdf("决定书.pdf", f"{self.seq()}"), by=self.people[str(duty)], mandate=mandate)

    def last_day(self) -> date:
        granted = Permit.objects.filter(pk=self.pk).first()
        return (granted and granted.valid_to) or today()

    def decision(self) -> int:
        told = self.row.did("approve", "refuse", "record_higher_decision", "refuse_acceptance")
        return int(told[-1].seq) if told else 1

    def payment(self) -> int:
        told = self.row.did("record_fee", "record_refund", "record_compensation")
        return int(told[-1].seq) if told else 1

    def remedy(self) -> int:
        return int(self.pick([one.seq for one in reversed(self.acts) if one.act in REMEDIES] or [1]))

    def outcome(self, act: str) -> dict[str, Any]:
        """What an organ of review or a court decided: about a decision, or what another one had decided about it; by
        the judgment that was recorded last, too, where it is about several."""
        about = {one.seq: one for one in self.acts if one.act in CHALLENGEABLE or one.act in (*REMEDIES[:1], act)}
        judged = [seq for seq, one in about.items() if one.act in REMEDIES]
        against = self.pick([*(judged[::-1] or about), *list(about)[::-1]] or [1])
        of_outcome = against in judged
        outcome = self.pick(("annulled", "anew", "upheld", *(() if of_outcome else ("changed",))))
        said = {"against": against, "outcome": outcome, "number": f"（2026）京行初{self.seq()}号"}
        before = [one.facts["number"] for one in self.acts if one.act == act]
        if before and self.pick((False, True)):
            said["number"] = before[-1]
        if of_outcome and outcome in TAKEN:
            said["earlier"] = "open" if outcome == "anew" else self.pick(("restored", "open"))
        return said

    def obligation(self) -> str:
        from permits.aftercare.standing import aftercare_of

        aftercare = aftercare_of(self.row)
        return str(self.pick([one.code for one in aftercare.standings] if aftercare else ["start"]))

    def seq(self) -> int:
        return Act.objects.filter(application=self.pk).count()

    # ---- what is done ----
    def rightful(self, act: str) -> tuple[Person | None, Mandate | None, int | None]:
        """By whom the law has `act` done now, in what capacity, and which step it completes."""
        if act in UNITS:
            return self.clerk, None, None
        if act in CLOCKS:
            return None, None, None
        duty = "supervise" if act in WATCHED else DUTY.get(self.status, "decide")
        if act == "extend_period":  # its own time: 许可法 42(1)
            return self.people["head"], self.mandate("decide"), None
        offering = [item for item in self.items() if item.mandate
                    and act in (*item.flow_task.acts, *item.flow_task.meanwhile)]  # fmt: skip
        if act in KEEPING and (held := [item for item in self.items() if item.mandate]):
            offering = held
        if not offering:
            return self.people.get("head" if act in HEADS else duty), self.mandate(duty), None
        item = self.pick(offering)
        person = self.people["head"] if act in HEADS else item.owner or self._officer(item.mandate)
        return person, item.mandate, item.pk if act in item.flow_task.acts else None

    def wrongful(self, act: str) -> tuple[Person | None, Mandate | None, int | None]:
        """Anybody, in any capacity, for any step."""
        person = self.pick([None, *[self.people[name] for name in sorted(self.people)]])
        if act in UNITS and self.pick((True, False)):
            return person, None, None
        duty = self.pick((None, *DUTIES))
        found = mandates_for(self.row, duty, district=self.row.jurisdiction_id) if duty else []
        item = self.pick([None, *[item.pk for item in self.items()]])
        return person, self.pick(sorted(found, key=lambda one: one.pk)) if found else None, item

    def attempt(self, act: str, by: Person | None, mandate: Mandate | None, item: int | None) -> PermitError | None:
        """Perform it; what was refused wrote nothing. Any other error than the house's fails the test."""
        before = self.seq()
        try:
            with transaction.atomic():
                record = perform(self.pk, act, by=by, mandate=mandate, work_item=item, **SAY[act](self))
        except PermitError as refused:
            assert self.seq() == before, f"{act} was refused and wrote something"
            self.told[f"({act})"] += 1
            return refused
        assert self.seq() == before + 1, f"{act} wrote {self.seq() - before} acts"
        self.follow(record)
        return None

    def follow(self, record: Act) -> None:
        """The model after an act that was done: fails where the law has no such way."""
        act, left = record.act, record.after
        self.done[act] += 1
        self.told[act] += 1
        if act == "reopen":  # 复议法 64, 诉讼法 70: what stood before the decision stands again
            assert self.status in CHALLENGED, f"{act} was done in {self.status}"
            assert may_be_followed(record.facts["remedy"], self.acts), "it took nothing away, or was itself annulled"
            assert left == self.row.did_at(self.row.did_at(record.facts["remedy"]).facts["against"]).before
            self._keep(record)
            return
        allowed = self.law[self.status].get(act, (self.status,))
        assert left in allowed, f"{act} led from {self.status} to {left}, the law has {allowed}"
        leaving = {name for table in self.law.values() for name in table}
        assert act not in leaving or act in self.law[self.status], f"{act} was done in {self.status}"
        assert (record.person_id is None) == (act in CLOCKS or (act == "vacate" and record.person_id is None))
        if act in UNITS:
            assert record.person_id == self.clerk.pk
        was, moving = self.permit, {name for row in PERMIT.values() for name in row}
        assert act not in moving or act in PERMIT.get(was, {}), f"{act} was done on a permit that is {was}"
        if act != "cancel_permit" and act in {name for answers in REQUESTS.values() for name in answers}:
            assert waits(act, self.acts), f"{act} was done, and nothing waits for it"
        self._keep(record)
        assert act not in moving or self.permit == PERMIT[was][act]
        if act == "submit":
            self._staff(self.row)
        elif act == "recuse":
            self.barred.add(record.person_id or 0)
        elif act == "bar_person":
            self.barred.add(record.facts["person"]["id"])

    def _keep(self, record: Act) -> None:
        """Where the model stands now: what the act set as the permit's last day is said by its words."""
        ends = record.facts["until"] if record.act in ("grant_extension", "deem_extended") else self.ends
        told = Told(record.seq, record.act, self.status, record.after, record.facts, ends)
        if told.grants:  # the term is the kind's own
            last = Permit.objects.get(pk=self.pk).valid_to
            told = told._replace(ends=last and last.isoformat())
        self.acts.append(told)
        self.status = record.after
        self.permit, self.ends = permit_of(self.acts)

    # ---- what changes beside it ----
    def given_anew(self, mandate: Mandate, *, elsewhere: bool) -> None:
        """A further edition ends the row, and gives the duty from today to the same agency, or to another."""
        row, posts = Mandate.objects.get(pk=mandate.pk), [one.group.post for one in mandate.grants.all()]
        day = today()
        row.pk, row.key, row.valid_from, row.valid_to = None, f"{row.key.partition('+')[0]}+{self.seq()}", day, None
        if elsewhere:
            row.agency = Agency.objects.exclude(pk=row.agency_id).order_by("pk")[0]
        row.save(force_insert=True)
        Mandate.objects.filter(pk=mandate.pk).update(ended_on=day, valid_to=day - timedelta(days=1))
        for post in posts:
            if post.agency_id == row.agency_id:
                grant(post, row)

    def replaced(self, person: Person, mandate: Mandate) -> None:
        """The officer leaves the posts that give the mandate, and another person comes into each."""
        held = person.memberships.filter(until=None, post__group__in=mandate.grants.filter(current()).values("group"))
        for term in held.select_related("post"):
            appoint(someone(f"follows-{term.pk}"), term.post)
            dismiss(person, term.post)

    def catch_up(self) -> None:
        """Follow what the clock did by itself."""
        for record in self.row.acts.order_by("seq")[sum(self.done.values()) + 1 :]:
            self.follow(record)


def someone(name: str, post: Post | None = None) -> Person:
    found = Person.objects.filter(username=name).first()
    if found is None:
        found = make_person(name, name)
        if post:
            appoint(found, post)
    return found


class CaseOnPages(Case):
    """The same case, worked through pages: what a page answers, and what it then wrote."""

    def paper(self) -> Any:
        return SimpleUploadedFile("决定.pdf", PDF)

    def attempt(self, act: str, by: Person | None, mandate: Mandate | None, item: int | None) -> PermitError | None:
        if by is None or act not in SAY:
            return super().attempt(act, by, mandate, item) if act in CLOCKS else WrongStatus("nobody clicks")
        client, said = log_in(by), typed(SAY[act](self))
        before = self.row.acts.filter(act=act).count()
        answer = client.post(self._place(client, act, item), {"act": act, "confirmed": "1", **said})
        assert answer.status_code in ANSWERS, (act, answer.status_code)
        self.catch_up()
        if self.row.acts.filter(act=act).count() > before:
            return None
        self.told[f"({act})"] += 1
        return WrongStatus(f"{answer.status_code}")

    def _place(self, client: Any, act: str, item: int | None) -> str:
        if act in ("submit", "resubmit"):
            return reverse("draft-check", args=[self.pk])
        if act in ("claim", "release", "reassign"):
            return reverse(f"task-{act}", args=[item or self.any_item()])
        if act == "determine":
            return reverse("case-determine", args=[self.pk])
        offering = [one.pk for one in self.items() if act in (*one.flow_task.acts, *one.flow_task.meanwhile)]
        if offering:
            assert client.post(reverse("task-claim", args=[offering[0]])).status_code in ANSWERS
            return reverse("task", args=[offering[0]])
        return reverse("case-act", args=[self.pk, act])
