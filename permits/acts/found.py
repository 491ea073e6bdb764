"""What was declared and what was found 认定: the rules run on what an organ found, where it found something, else on
what was declared.

A finding of fact is an act, `determine`, with its ground. It is about what was handed in last: what is handed in anew
has to be looked at anew. For each field the last finding counts; the earlier ones stay in the record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import override
from msgspec import Struct

from permits.acts import grounds
from permits.kinds import kind_of
from permits.models import Act, Application
from permits.models.inquiry import FOUND_BY
from permits.models.submission import HANDS_IN
from permits.rules import BadCase, parse
from permits.rules.base import LANGUAGES, Message
from permits.rules.found import DOCUMENTS, Determinable, value_at, with_values, without
from permits.rules.reading import NOT_A_FIELD


class Determination(Struct, frozen=True):
    """One field as it was found: by which act, and what was declared of it (None: nothing)."""

    field: Determinable
    act: Act

    @property
    def value(self) -> Any:
        """The value found, as a case file holds it."""
        return self.field.plain(self.act.facts["value"])

    @property
    def declared(self) -> Any:
        """What was declared, as a case file holds it; None where the applicant said nothing or is not asked."""
        return self.act.facts.get("declared")

    @property
    def ground(self) -> str:
        """What it rests on, in words."""
        return str(dict(FOUND_BY.options)[self.act.facts["ground"]])

    @property
    def found_text(self) -> str:
        """The value found, in words."""
        return self.field.told(self.value)

    @property
    def declared_text(self) -> str:
        """What was declared, in words; empty for nothing."""
        return self.field.told(self.declared)


def fields_of(application: Application) -> dict[str, Determinable]:
    """Every field of the case that can be found otherwise than declared, by its path."""
    return {field.path: field for field in kind_of(application).determinable(application)}


def determinations(application: Application) -> list[Determination]:
    """What was found of the papers handed in last: the last finding for each field, in the order they were made."""
    acts = {act.facts["field"]: act for act in _made(application)}
    if not acts:
        return []
    known = fields_of(application)
    return [Determination(known[path], act) for path, act in acts.items() if path in known]


def told(application: Application) -> tuple[str, ...]:
    """What was found, one clause each, as decisions tell it: in Chinese, with what was declared and the ground."""
    with override("zh-hans"):
        return tuple(
            f"{_declared(one)}认定为{_quoted(one)}（依据：{one.ground}）" for one in determinations(application)
        )


def _declared(one: Determination) -> str:
    """The field and what was declared of it. What organs keep themselves nobody was asked; papers are there or not."""
    field = f"{one.field.place}{'的' if one.field.place else ''}“{one.field.label}”"
    if one.field.organs_own or one.field.path.startswith(f"{DOCUMENTS}."):
        return field
    return f"{field}申报为“{one.declared_text}”，" if one.declared_text else f"{field}未申报，"


def _quoted(one: Determination) -> str:
    if one.field.path.startswith(f"{DOCUMENTS}."):
        held, lacking = ("具备", "不具备") if one.field.organs_own else ("已经提交", "没有提交")
        return held if one.value else lacking
    return f"“{one.found_text}”"


def found_value(application: Application, path: str) -> Any:
    """What was found there, as a case file holds it; None where nothing was."""
    for act in reversed(_made(application)):
        if act.facts["field"] == path:
            field = fields_of(application).get(path)
            return None if field is None else Determination(field, act).value
    return None


def _made(application: Application) -> list[Act]:
    since = max((act.seq for act in application.did(*HANDS_IN)), default=0)
    return [act for act in application.did("determine") if act.seq > since]


def declared_case(application: Application) -> dict[str, Any]:
    """The case as the applicant declares it, with what organs keep themselves, such as a quota's balance."""
    return _with_books(application, kind_of(application).facts(application))


def declared_at(application: Application, path: str, case: Mapping[str, Any]) -> Any:
    """What the applicant declared there; `case` as of `declared_case`. None for nothing."""
    if path in kind_of(application).never_asked:
        return None
    value = value_at(case, path)
    return kind_of(application).declared(application, path) if value is None else value


def case_of(application: Application, *more: tuple[str, Any]) -> dict[str, Any]:
    """The case the rules run on: found values where there are any, else declared ones. `more` are pairs of path and
    value to be tried on top."""
    plain = kind_of(application).facts(application)
    return _with_books(application, _tried(plain, application, more) or plain)


def stated(application: Application) -> dict[str, Any]:
    """As `case_of`, but without what the quota books tell: the books themselves ask by it what a case takes."""
    plain = kind_of(application).facts(application)
    return _tried(plain, application, ()) or plain


def both_cases(application: Application, *more: tuple[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """`declared_case` and `case_of`: the same one where nothing was found. The draft is read once."""
    plain = kind_of(application).facts(application)
    declared, tried = _with_books(application, plain), _tried(plain, application, more)
    return declared, _with_books(application, tried) if tried else declared


def _tried(case: dict[str, Any], application: Application, more: Sequence[tuple[str, Any]]) -> dict[str, Any] | None:
    """`case` with what was found, and with `more` on top; None where there is neither."""
    found = [(one.field.path, one.value) for one in determinations(application) if one.field.in_case]
    return _without_idle(with_values(case, [*found, *more])) if found or more else None


def found_now(act: str, application: Application, said: dict[str, Any]) -> list[tuple[str, Any]]:
    """The fact that the act in hand finds, which is not in the record yet."""
    if act != "determine":
        return []
    field = fields_of(application)[said["field"]]
    return [(field.path, field.plain(said["value"]))] if field.in_case else []


def _with_books(application: Application, case: dict[str, Any]) -> dict[str, Any]:
    """`case` with what the quota books tell of it, where an organ found nothing else."""
    return grounds.facts(application) | kind_of(application).kept_by_organs(application, case) | case


def _without_idle(case: dict[str, Any]) -> dict[str, Any]:
    """Without the fields that what was found leaves without meaning, as the years of a use that is not temporary."""
    try:
        parse(case)
    except BadCase as bad:
        idle = [path for path, message in bad.problems if message.template == NOT_A_FIELD]
        return without(case, idle)
    return case


def recorded_with(application: Application, said: Mapping[str, Any]) -> dict[str, Any]:
    """What the record of a finding adds to what was said, so that it is read without the case: what was declared, and
    the field and both values in words."""
    field = fields_of(application)[said["field"]]
    declared = declared_at(application, field.path, declared_case(application))
    return {
        "declared": declared,
        "named": Message(field.label).texts() | {"place": field.place},
        "words": {"declared": _in_words(field, declared), "found": _in_words(field, field.plain(said["value"]))},
    }


def _in_words(field: Determinable, value: Any) -> dict[str, str]:
    told = {}
    for language in LANGUAGES:
        with override(language):
            told[language] = field.told(value)
    return told
