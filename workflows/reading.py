"""Acts in words: what one said, on what ground, for readers of a timeline."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from msgspec import Struct

from permits.access import MILESTONES
from permits.drafts.corrections import places
from permits.models import Act, Application
from permits.models.aftercare import OF_AFTERCARE
from permits.models.facts import Choice, Day, Evidence, Fact, Office, Rows, Truth, Who, Whole, files_in
from permits.models.keeping import GIVES_BACK
from permits.models.machine import ActSpec
from permits.models.submission import keep_last, last_handed_in
from permits.views.findings import in_language, recorded
from roles.models import Agency, Mandate, Post
from roles.models.mandates import Duty
from roles.reference import kept_row

OWN_WORDS = ("item",)  # facts that mean nothing to a reader: the key of a work item
NAMES_ACT = ("against", "remedy", "objection", "request")  # facts that name an act of the case by its number


def acts_of(application: Application) -> list[Act]:
    """The acts of a case, oldest first, each with its text and what it handed in. One query; `history` of this
    instance, and what was handed in last, are then answered from it."""
    acts = list(application.acts.select_related("on_behalf_of", "submission").order_by("seq"))
    application.__dict__["history"] = acts
    if (last := last_handed_in(acts)) is not None:
        keep_last(application, last)
    return acts


class Entry(Struct, frozen=True, dict=True):
    """One act as the timeline tells it: names as they were then, labels in the reader's language. `places` are the
    names of the parts that a correction list may ask for; of an act that is `withheld` no words are told."""

    act: Act
    places: Mapping[str, str] = {}
    withheld: bool = False

    @property
    def title(self) -> str:
        """What was done."""
        return self.act.application.act_label(self.act.act)

    @property
    def at(self) -> datetime:
        """When."""
        return self.act.at

    @property
    def who(self) -> str:
        """The person; else the system itself, where a change of people or duties gave the item back, or the passing of
        time."""
        of_itself = _("By the system itself") if self.act.act in GIVES_BACK else _("By the passing of time")
        return self.act.content["names"]["person"] or of_itself

    @property
    def agency(self) -> str:
        """The agency as it was called then; in the reader's language where it is still called so."""
        return self._as_then("agency", Agency, self.act.agency_id)

    @property
    def office(self) -> str:
        """Post and agency, as one name; for a unit's act the unit."""
        return " · ".join(part for part in (self.agency, self._as_then("post", Post, self.act.post_id)) if part)

    def _as_then(self, part: str, of: type[Agency | Post], key: int | None) -> str:
        now, then = kept_row(of, key), self.act.content["names"][part]
        return str(now) if now and now.name == then else then or ""

    @property
    def capacity(self) -> str:
        """The duty acted in; of what the head of an agency orders that, and not the duty of the mandate."""
        if self.act.duty and self.act.spec.heads:
            return _("head of the agency")
        return str(Duty(self.act.duty).label) if self.act.duty else ""

    @property
    def ground(self) -> dict[str, Any]:
        """Document, line and clause the mandate rests on; empty for who needs none."""
        ground = self.act.content.get("ground") or {}
        if not ground:
            return {}
        mandate = kept_row(Mandate, self.act.mandate_id, "document")
        title = str(mandate.document) if mandate else ground["document"]
        return {**ground, "title": title}

    @property
    def moved(self) -> str:
        """The status it led to, when it led to another."""
        if self.act.after == self.act.before:
            return ""
        return self.act.application.status_label(self.act.after)

    @cached_property
    def said(self) -> list[tuple[str, str]]:
        """What was stated, as labels and values."""
        if self.withheld:
            return []
        if self.act.act == "request_correction":
            rows = [{**row, "where": self.places.get(row["where"], row["where"])} for row in self.act.facts["items"]]
            return in_words(self.act.spec, {**self.act.facts, "items": rows})
        if "named" in self.act.facts and self.act.act in OF_AFTERCARE:
            return in_words(self.act.spec, by_name(self.act.facts))
        return in_words(self.act.spec, {**self.act.facts, **self._found()})

    def _found(self) -> dict[str, str]:
        """Of a finding of fact, field and value by their names of then; the record keeps the codes as well."""
        named, words = self.act.facts.get("named"), self.act.facts.get("words")
        if self.act.act != "determine" or not named or not words:
            return {}
        field = " · ".join(part for part in (named.get("place"), in_language(named)) if part)
        return {"field": field, "value": in_language(words["found"])}

    @cached_property
    def findings(self) -> list[Any]:
        """What the rules found then, by severity."""
        return [] if self.withheld else recorded(self.act.findings)

    @cached_property
    def files(self) -> list[dict[str, Any]]:
        """Files it refers to, as recorded."""
        return [] if self.withheld else files_in(self.act.facts)


def entries_of(application: Application, acts: Iterable[Act], withheld: Collection[int] = ()) -> list[Entry]:
    """The timeline of these acts; of those whose keys are `withheld` the milestones alone, without their words."""
    rows = [act for act in acts if act.pk not in withheld or act.act in MILESTONES]
    names = dict(places(application)) if any(act.act == "request_correction" for act in rows) else {}
    return [Entry(act, names, act.pk in withheld) for act in rows]


def by_name(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts of an act of supervision, with the names that the record keeps instead of the codes; of a table each
    part is one row."""
    names = facts["named"]
    told = dict(facts)
    if "obligation" in facts:
        told["obligation"] = in_language(names["obligations"][facts["obligation"]])
    for row_of in ("findings", "materials"):
        if row_of in facts:
            told[row_of] = [_named_row(row, names) for row in facts[row_of]]
    if "answers" in facts:
        told["answers"] = list(_answers(facts["answers"], names))
    return told


def _named_row(row: dict[str, Any], names: dict[str, Any]) -> dict[str, Any]:
    known = {"obligation": names.get("obligations", {}), "what": names.get("materials", {})}
    return {
        key: in_language(known[key][value]) if key in known and value in known[key] else value
        for key, value in row.items()
    }


def _answers(rows: Iterable[dict[str, Any]], names: dict[str, Any]) -> Iterator[dict[str, str]]:
    """The single answers, then one row for each part: its cells one after the other."""
    parts: dict[str, list[str]] = {}
    for row in rows:
        field, value = row["field"], row["value"]
        label = in_language(names["fields"][field]) if field in names["fields"] else field
        chosen = names.get("choices", {}).get(field, {}).get(value)
        text = in_language(chosen) if chosen else _day(value)
        if part := row.get("part"):
            parts.setdefault(part, []).append(f"{label} {text}")
        else:
            yield {"field": label, "value": text}
    for part, cells in parts.items():
        yield {"part": names["parts"].get(part, part), "value": _("; ").join(cells)}


def _day(value: str) -> str:
    """A day as a reader sees it; any other answer as it is."""
    return told(Day(), value) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value) else value


def in_words(spec: ActSpec, facts: dict[str, Any]) -> list[tuple[str, str]]:
    """`facts` of an act by their labels, in the order declared. A box that may stay unmarked, and did, says nothing; an
    act that a form names by its number is told in words."""
    return [
        (str(fact.label or name), _told_as(name, fact, facts[name]))
        for name, fact in spec.facts.items()
        if name in facts and name not in OWN_WORDS and not _left_unmarked(fact, facts[name])
    ]


def _told_as(name: str, fact: Fact, value: Any) -> str:
    named = name in NAMES_ACT and isinstance(fact, Whole) and str(value).isdecimal()
    return _act_numbered(value) if named else told(fact, value)


def _left_unmarked(fact: Fact, value: Any) -> bool:
    return isinstance(fact, Truth) and not fact.required and value is False


def _act_numbered(seq: int) -> str:
    return _("act %(number)s") % {"number": seq}


def told(fact: Fact, value: Any) -> str:
    """One recorded value as a person reads it."""
    if isinstance(fact, Rows):
        return "\n".join(_row(number, fact, row) for number, row in enumerate(value, 1))
    if isinstance(fact, Choice):
        return str(dict(fact.options).get(value, value))
    if isinstance(fact, Truth):
        return _("Yes") if value else _("No")
    if isinstance(fact, Day):
        day = parse_date(value) if isinstance(value, str) else value
        return date_format(day, "DATE_FORMAT") if day else str(value)
    if isinstance(fact, (Who, Office, Evidence)):
        return _named(value)
    return str(value)


def _row(number: int, fact: Rows, row: dict[str, Any]) -> str:
    cells = [told(part, row[name]) for name, part in fact.columns.items() if row.get(name) is not None]
    return _("%(number)d. %(text)s") % {"number": number, "text": " — ".join(cells)}


def _named(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("name") or value.get("agency") or "")
    return str(getattr(value, "agency", value))
