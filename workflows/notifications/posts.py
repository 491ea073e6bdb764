"""News of posts and rights: who is appointed, leaves, stands in, or whose post is given a right or loses it, is told.
That somebody came to head an agency others are told, too (`_of_heads`).

It stands in the security log already, line by line, so it is read from there and kept nowhere a second time. A line is
new to its reader in the session it was written in and in the next: whether it was read is not kept. Mailed as what is
given to a person is: at once by a job for each reader, queued with the line and tried again by the queue; or in the
daily mail, whose day says which lines it tells.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.mail import send_mail
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django_q.tasks import async_task
from msgspec import Struct

from roles.access import agencies_headed_by
from roles.days import CHINA
from roles.models import AgencyGrant, Membership, Person, SecurityEvent
from roles.models.mandates import current, held
from roles.models.security import Administration, What
from roles.security_log import in_names
from roles.signals import LAST_TIME
from workflows.models import Digest, How, MailChoice
from workflows.notifications.mail import site_url
from workflows.notifications.making import FRESH, how_mailed
from workflows.notifications.table import Group

MAIL = "workflows.notifications.posts.mail_line"
RECENT = timedelta(days=30)
"""So long the page of news tells of a line; what is held today stands on the own page, what was in the log."""

SHOWN, NEWEST = 20, 5
"""Lines on the page of news, and on the home page."""
STROKE = timedelta(seconds=2)
"""Lines no further apart than that were written at one stroke."""

OF_A_POST = (What.GRANTED, What.GRANT_ENDED)
"""Lines of a post: told to who held it on their day, when they were written."""
STANDING_IN = (What.DELEGATED, What.DELEGATION_ENDED)
"""Lines of whoever stands in, told to whom they stand in for, too."""
OF_A_PERSON = (What.APPOINTED, What.DISMISSED, What.ADMINISTRATOR_MADE, What.ADMINISTRATOR_ENDED)
WATCHING = (Administration.Role.SECURITY, Administration.Role.AUDIT)
TOLD = (*OF_A_PERSON, *STANDING_IN, *OF_A_POST)


class Line(Struct, frozen=True):
    """A line of the log, what it says to its reader, and whether it came since the reader logged in the time before."""

    event: SecurityEvent
    words: str
    new: bool = False

    @property
    def ground(self) -> str:
        """The ground it was done on; of a standing-in none, which two are told of: it may be the other's own affair, as
        an illness, or what an account was closed for."""
        return "" if self.event.what in STANDING_IN else self.event.ground


def told_to(person: Person, *, since: datetime, until: datetime | None = None, most: int | None = None) -> list[Line]:
    """What the log tells `person` of posts and rights from `since` on (before `until`), the newest first (`most` of
    them), but for what the person did. In words of the language that is active. One query, and one or two more for
    names where there are any."""
    rows = SecurityEvent.objects.filter(what__in=TOLD, at__gte=since).exclude(by=person)
    rows = rows.filter(at__lt=until) if until else rows
    rows = rows.annotate(day=TruncDate("at", tzinfo=CHINA))
    terms = Membership.objects.filter(held(), person=person, post=OuterRef("post"), since__lte=OuterRef("day"))
    terms = terms.filter(Q(until=None) | Q(until__gte=OuterRef("day")))
    came_later = SecurityEvent.objects.filter(what=What.APPOINTED, person=person, post=OuterRef("post"))
    came_later = came_later.annotate(on=TruncDate("at", tzinfo=CHINA)).filter(on=OuterRef("day"), pk__gt=OuterRef("pk"))
    mine = Q(person=person) | Q(what__in=STANDING_IN, details__principal=person.pk) | _of_heads(person)
    rows = rows.filter(mine | Q(Exists(terms), ~Exists(came_later), what__in=OF_A_POST))
    lines = in_names(rows.select_related("by", "person", "post", "agency", "unit").order_by("-pk")[:most])
    return [Line(line, headline(line, person)) for line in lines]


def _of_heads(person: Person) -> Q:
    """Lines by which others came to head an agency, as they are told to `person`. The system administrator fills the
    post of a head alone, and a head staffs the agency: one of the three could so give rights to people of their own
    choosing (roles/authority.py). The security and the audit administrator, and who heads the agency already, learn of
    it at once."""
    watches = Administration.objects.filter(current(), person=person, role__in=WATCHING)
    led = Q(post__agency__in=agencies_headed_by(person).values("pk"))
    return Q(Exists(watches) | led, what=What.APPOINTED, by__isnull=False, post__group__in=_heading())


def _heading() -> QuerySet[AgencyGrant, Any]:
    """Groups of the posts that head an agency today."""
    return AgencyGrant.objects.filter(current(), permission__codename="head").values("group")


def since_last_time(request: HttpRequest, person: Person) -> list[Line]:
    """What is new, NEWEST lines of it: what came since `person` logged in the time before. Nothing, without a query, to
    who came in for the first time, to whom all is."""
    last = _last_time(request)
    return told_to(person, since=max(last, timezone.now() - RECENT), most=NEWEST) if last else []


def shown_to(request: HttpRequest, person: Person) -> list[Line]:
    """The newest lines of RECENT, each with whether it is new."""
    last = _last_time(request)
    lines = told_to(person, since=timezone.now() - RECENT, most=SHOWN)
    return [Line(line.event, line.words, new=last is not None and line.event.at >= last) for line in lines]


def _last_time(request: HttpRequest) -> datetime | None:
    before = request.session.get(LAST_TIME)
    return datetime.fromisoformat(before) if before else None


def headline(line: SecurityEvent, person: Person) -> str:
    """What happened, in a few words, as `person` is told it."""
    said = line.details
    days = {name: date_format(date.fromisoformat(said[name])) for name in ("since", "until") if said.get(name)}
    words = {
        "post": line.post or "", "body": line.agency or line.unit or "", "right": line.right,
        "principal": line.named.get("principal", ""), "delegate": line.person or "",
        "holder": line.person or "",
        "role": dict(Administration.Role.choices).get(said.get("role", ""), ""),
    }  # fmt: skip
    return SAYS[What(line.what)](line, person) % (words | {"since": "", "until": ""} | days)


def _appointed(line: SecurityEvent, person: Person) -> str:
    if line.person_id != person.pk and line.details.get("until"):
        return _("%(holder)s holds the post “%(post)s” of %(body)s from %(since)s to %(until)s, both days counted")
    if line.person_id != person.pk:
        return _("%(holder)s holds the post “%(post)s” of %(body)s from %(since)s on")
    if line.details.get("until"):
        return _("You hold the post “%(post)s” of %(body)s from %(since)s to %(until)s, both days counted")
    return _("You hold the post “%(post)s” of %(body)s from %(since)s on")


def _dismissed(line: SecurityEvent, _person: Person) -> str:
    if line.details.get("never_held"):
        return _("You will not hold the post “%(post)s” of %(body)s: the term was ended before it began")
    return _("The last day of your term in the post “%(post)s” of %(body)s is %(until)s")


def _granted(line: SecurityEvent, _person: Person) -> str:
    if line.details.get("until"):
        return _("Your post “%(post)s” of %(body)s has a right from %(since)s to %(until)s: %(right)s")
    return _("Your post “%(post)s” of %(body)s has a right from %(since)s on: %(right)s")


def _grant_ended(line: SecurityEvent, _person: Person) -> str:
    if line.details.get("never_held"):
        return _("A right that your post “%(post)s” of %(body)s was to have is not given: %(right)s")
    return _("The last day of a right of your post “%(post)s” of %(body)s is %(until)s: %(right)s")


def _delegated(line: SecurityEvent, person: Person) -> str:
    if line.person_id == person.pk:
        return _("You stand in for %(principal)s in the post “%(post)s” of %(body)s from %(since)s to %(until)s")
    return _("%(delegate)s stands in for you in the post “%(post)s” of %(body)s from %(since)s to %(until)s")


def _delegation_ended(line: SecurityEvent, person: Person) -> str:
    if line.person_id == person.pk:
        return _("You no longer stand in for %(principal)s in the post “%(post)s” of %(body)s")
    return _("%(delegate)s no longer stands in for you in the post “%(post)s” of %(body)s")


def _administrator(line: SecurityEvent, _person: Person) -> str:
    return _("You are %(role)s from %(since)s on")


def _administrator_ended(line: SecurityEvent, _person: Person) -> str:
    return _("You are no longer %(role)s: the last day was %(until)s")


SAYS: dict[What, Callable[[SecurityEvent, Person], str]] = {
    What.APPOINTED: _appointed, What.DISMISSED: _dismissed, What.GRANTED: _granted, What.GRANT_ENDED: _grant_ended,
    What.DELEGATED: _delegated, What.DELEGATION_ENDED: _delegation_ended,
    What.ADMINISTRATOR_MADE: _administrator, What.ADMINISTRATOR_ENDED: _administrator_ended,
}  # fmt: skip


# --- mails ------------------------------------------------------------------------------------------------------------


@receiver(post_save, sender=SecurityEvent)
def queue_mails(sender: Any, instance: SecurityEvent, created: bool, **kwargs: Any) -> None:
    """With the line, in its transaction, a job for each who is told of it: where one mail is refused and tried again,
    the others are not sent twice."""
    if created and instance.what in TOLD:
        for person in _receivers(instance):
            async_task(MAIL, instance.pk, person.pk, task_name=f"line {instance.pk}")


def _receivers(line: SecurityEvent) -> QuerySet[Person]:
    """Whom `line` tells something, with an address, but for who did it. Who has no password yet and never came in is
    told by the one-time link that there is an account, and reads the rest here."""
    if line.what in OF_A_POST:
        found = Person.objects.filter(pk__in=Membership.objects.filter(current(), post=line.post).values("person"))
    else:
        concerned = {line.person_id, line.details.get("principal")}
        found = Person.objects.filter(pk__in=[pk for pk in concerned if pk is not None])
        if line.what == What.APPOINTED and line.agency_id and line.by_id:
            found |= Person.objects.filter(pk__in=_watching(line))
    found = found.exclude(email="").exclude(pk=line.by_id or 0).filter(is_active=True)
    return found.exclude(last_login=None, password__startswith=UNUSABLE_PASSWORD_PREFIX)


def _watching(line: SecurityEvent) -> set[int]:
    """Keys of those who are told of it where the line says that somebody came to head an agency."""
    if not _heading().filter(group__post=line.post_id).exists():
        return set()
    heads = Membership.objects.filter(current(), post__agency=line.agency_id, post__group__in=_heading())
    watch = Administration.objects.filter(current(), role__in=WATCHING)
    return {*heads.values_list("person", flat=True), *watch.values_list("person", flat=True)}


def mail_line(line_id: int, person_id: int) -> bool:
    """Mail a line to a person, with those of the same stroke; whether that was done. Not where a later one of the
    stroke is mailed with it, the account was closed, the person wants such news once a day or not at all, or the line
    is old. Raises OSError where the mail server refuses: the job is tried again."""
    person, line = Person.objects.get(pk=person_id), SecurityEvent.objects.get(pk=line_id)
    wanted = how_mailed(person, Group.PERSONAL) == How.AT_ONCE
    if not (person.is_active and person.email and wanted) or timezone.now() - line.at > FRESH:
        return False
    with translation.override(person.language):
        lines = _of_one_stroke(line, person)
        if not lines:
            return False
        subject = lines[0].words
        if len(lines) > 1:
            subject = _("Posts and rights: %(count)d changes") % {"count": len(lines)}
        context = {"person": person, "lines": lines} | addresses()
        send_mail(subject, render_to_string("workflows/post_mail.txt", context), None, [person.email])
    return True


def _of_one_stroke(line: SecurityEvent, person: Person) -> list[Line]:
    """`line` and those that came just before it, the newest first; none where another came just after: an edition of
    the role matrix ends many rights of one post at once, and nobody wants a mail for each."""
    after = told_to(person, since=line.at, until=line.at + STROKE)
    if not after or after[0].event.pk != line.pk:
        return []
    found: list[Line] = []
    for one in told_to(person, since=line.at - FRESH, until=line.at + STROKE):
        if found and found[-1].event.at - one.event.at > STROKE:
            break
        found.append(one)
    return found


def addresses() -> dict[str, str]:
    """Where mails lead: to the own posts, and to what is mailed."""
    return {
        "own_url": site_url() + reverse("profile"),
        "choices_url": site_url() + reverse("notification-choices"),
    }


def of_day(person: Person, morning: datetime) -> list[Line]:
    """What the daily mail of `morning` tells `person`: what came since that of the mail before, which told all up to
    its own morning, but nothing older than FRESH."""
    before = Digest.objects.filter(person=person, day__lt=morning.date()).order_by("-day").first()
    since = morning - FRESH
    if before:
        since = max(since, datetime.combine(before.day, morning.timetz()))
    return told_to(person, since=since, until=morning)


def waiting(morning: datetime) -> set[int]:
    """Keys of those who have such news once a day and of whom a line of the last days tells, be it told already."""
    lines = SecurityEvent.objects.filter(what__in=TOLD, at__gte=morning - FRESH, at__lt=morning)
    known = set(lines.exclude(person=None).order_by().values_list("person", flat=True))
    known |= set(lines.filter(what__in=STANDING_IN).order_by().values_list("details__principal", flat=True))
    of_heads = lines.filter(what=What.APPOINTED, by__isnull=False, post__group__in=_heading()).select_related("post")
    known |= {pk for line in of_heads for pk in _watching(line)}
    posts = lines.filter(what__in=OF_A_POST).order_by().values("post")
    known |= set(Membership.objects.filter(held(), post__in=posts).values_list("person", flat=True))
    daily = MailChoice.objects.filter(group=Group.PERSONAL, by_mail=True, daily=True)
    return known & set(daily.values_list("person", flat=True))
