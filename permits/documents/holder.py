"""What the applicant is called by officers, and the holder of a permit: as its unit, until a change of the name was
granted 变更持有人名称."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Final

from permits.models import Act, Application, Submission
from permits.models.act import read_texts
from permits.models.inquiry import APPLICANT
from permits.models.remedies import REMEDIES, Outcomes
from permits.models.submission import HANDS_IN, last_submission
from roles.models import SecurityEvent
from roles.models.security import What

CHANGES: Final = "_changes_of_unit"


def changed_name(application: Application, before: Act | None = None) -> str:
    """The name that the last granted change gives the holder which no remedy annulled: as of today, or as it stood
    before the act `before`. Empty where the holder is called as when the permit was granted."""
    if not any(before is None or one.seq < before.seq for one in application.did("grant_change")):
        return ""
    acts = [one for one in application.history if before is None or one.seq < before.seq]
    read_texts(acts, "ask_change", *REMEDIES)
    asked, name, gone = {}, "", Outcomes(acts).annulled
    for one in acts:
        if one.act == "ask_change":
            asked = one.facts
        elif one.act == "grant_change" and one.seq not in gone and asked.get("what") == "holder_name":
            name = str(asked["now"])
    return name


def as_decided(application: Application, decision: Act) -> dict[str, str]:
    """Name and credit code of the unit as the papers of `decision`, or of another act, tell them: as it handed in last
    before that, or as the administrator entered it anew until then, in the order of the security log. What was entered
    later was not granted to. Of the first submissions, which keep neither, nothing is known. One query beside the
    history of the case, none where `keep_changes` brought what it asks; one more where it handed in again since."""
    handed_in = _handed_in_until(application, decision)
    given = dict(handed_in.content.get("applicant", {})) if handed_in else {}
    if handed_in is None or not given:
        return {}
    since = next((act.at for act in application.history if act.pk == handed_in.act_id), decision.at)
    if CHANGES not in application.__dict__:
        keep_changes([application])
    for at, told in application.__dict__[CHANGES]:
        if since <= at <= decision.at:
            given |= {name: told[name][1] for name in ("name", "uscc") if isinstance(told.get(name), list)}
    return {name: str(given[name]) for name in ("name", "uscc") if name in given}


def _handed_in_until(application: Application, act: Act) -> Submission | None:
    """What lay before whoever did the act: what was handed in last, by it or before it."""
    last, since = last_submission(application), [one.pk for one in application.did(*HANDS_IN) if one.seq > act.seq]
    if last is None or last.act_id not in since:
        return last
    return application.submissions.exclude(act__in=since).order_by("-act__seq").first()


def keep_changes(applications: Collection[Application]) -> None:
    """Read for all of them what the administrator changed of their units, in one query: few units are ever changed."""
    changed = defaultdict(list)
    units = {application.unit_id for application in applications}
    lines = SecurityEvent.objects.filter(what=What.BODY_CHANGED, unit__in=units).order_by("pk")
    for unit, at, details in lines.values_list("unit", "at", "details"):
        changed[unit].append((at, details))
    for application in applications:
        application.__dict__[CHANGES] = changed[application.unit_id]


def called(application: Application, before: Act | None = None) -> str:
    """What the permit calls its holder, as of today or of the act `before`: by the last change of the name, else as the
    decision called it that granted. A unit renamed since has that changed, too."""
    given = as_decided(application, application.permit.granted_by)
    return changed_name(application, before) or given.get("name", application.unit.name)


def names_asked(asks: Iterable[Act], what: str) -> set[str]:
    """Every name that the changes `asks` of `what` asked for, granted or not and whatever became of them: what the case
    tells may hold each of them beside the unit's own."""
    asked = (one.facts for one in asks)
    return {name for said in asked if said["what"] == what and len(name := str(said["now"])) > 1}


def names_of_applicant(application: Application) -> frozenset[str]:
    """What an officer may have called the applicant as party of an act: by that word, as its unit, or as the unit was
    called when it handed in, for it may be renamed since."""
    handed_in = last_submission(application)
    given = handed_in.content.get("applicant", {}) if handed_in else {}  # not kept with the first submissions
    return frozenset({APPLICANT, application.unit.name, given.get("name", application.unit.name)})
