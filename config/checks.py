"""What `manage.py check --deploy` says of an installation before it serves: each thing an operator can have forgotten.

Unlike Django's own, these look at the database, the disk and the seals; so they are asked only with `--deploy`, but for
the first two, which read settings alone and stop every start.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import Storage
from django.core.mail import get_connection
from django.core.mail.backends.filebased import EmailBackend as MailFolder
from django.db import DatabaseError, InterfaceError
from django.http.request import validate_host
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from config.models import Installation
from config.pending import pending_migrations
from permits.clocks.calendar import WorkCalendar
from permits.database import replica
from permits.documents.seals import SealState, seals
from permits.documents.signing import any_seal, seal_dir, unread_seals
from permits.drafts.scanner import scan
from permits.errors import ScannerUnreachable
from permits.ledger.keys import NoLogKey, private_key, witnesses
from permits.ledger.notes import BadNote
from permits.ledger.outside import Folder, place
from permits.rules.parameters import fault
from roles.days import local_today
from roles.factors import can_be_read
from roles.faults import in_words

NOTICE_MONTH = 11
"""The State Council's notice on the next year's holidays comes out in late October or November."""
LAST_DAYS = 21
"""From 11 December on, deadlines counted today reach into the next year."""


@register
def check_parameters(**_kwargs: Any) -> list[CheckMessage]:
    """A bad value in PARAMETERS_DIR stops the start, not the first case that asks for it."""
    wrong = fault()
    return [Error(wrong, id="config.E011")] if wrong else []


@register
def check_witnesses(**_kwargs: Any) -> list[CheckMessage]:
    """A bad key in LOG_WITNESSES stops the start, not the first cosignature."""
    try:
        known = witnesses()
    except BadNote as error:
        return [Error(f"LOG_WITNESSES: {error}", id="config.E012")]
    if settings.WITNESS_URLS and not known:
        return [Error(_("WITNESS_URLS names witnesses, and LOG_WITNESSES no key to verify them by."), id="config.E012")]
    return []


@register(deploy=True)
def check_log(**_kwargs: Any) -> list[CheckMessage]:
    """The log can be signed, and somebody outside keeps what was."""
    found: list[CheckMessage] = []
    try:
        private_key()
    except NoLogKey as error:
        found.append(Error(_("The log cannot be signed: %(problem)s") % {"problem": error}, id="config.E013"))
    if not settings.CHECKPOINT_URL:
        hint = _("Set CHECKPOINT_URL: only a checkpoint kept elsewhere shows that the whole record was not made anew.")
        found.append(Warning(_("No checkpoint of the log is kept outside."), hint=hint, id="config.W004"))
    elif isinstance(outside := place(), Folder) and not outside.takes():
        told = _("CHECKPOINT_URL: %(folder)s is no folder that this user can write to.") % {"folder": outside.path}
        hint = _(
            "Make or mount it, and name it in ReadWritePaths of the job worker's unit: no checkpoint is kept else."
        )
        found.append(Warning(told, hint=hint, id="config.W006"))
    return found


@register(deploy=True)
def check_address(**_kwargs: Any) -> list[CheckMessage]:
    """SITE_URL is printed into the QR codes of sealed papers: it must lead here, and by https."""
    found: list[CheckMessage] = []
    address = urlsplit(settings.SITE_URL)
    if address.scheme != "https":
        told = _("SITE_URL is %(address)s: papers would lead to an address without https.")
        found.append(Error(told % {"address": settings.SITE_URL}, id="config.E001"))
    if not validate_host(address.hostname or "", settings.ALLOWED_HOSTS):
        told = _("SITE_URL names %(host)s, which is not in ALLOWED_HOSTS.") % {"host": address.hostname}
        found.append(Error(told, id="config.E002"))
    return found


@register(deploy=True)
def check_proxies(**_kwargs: Any) -> list[CheckMessage]:
    """The web server itself speaks http: without a proxy whose word is taken for it, no request came by https."""
    if not settings.SECURE_SSL_REDIRECT or settings.PROXIES:
        return []
    told = _("PROXIES is 0 and HTTPS on: every page would lead to itself, and nobody comes in.")
    hint = _("Set PROXIES to the number of proxies before the site, such as 1 with deploy/nginx/.")
    return [Warning(told, hint=hint, id="config.W008")]


@register(deploy=True)
def check_mail(**_kwargs: Any) -> list[CheckMessage]:
    """Mails hold links by which whoever reads them chooses somebody's password: they are no lines of a log. And where
    they are to go takes them: the mail server with the user that is given, or the folder."""
    if settings.EMAIL_BACKEND == "django.core.mail.backends.console.EmailBackend":
        hint = _("Set EMAIL_URL; file:///DIRECTORY where no mail is to be sent.")
        told = _("Mails, with their one-time links, would be written to the log.")
        return [Warning(told, hint=hint, id="config.W007")]
    try:
        mail = get_connection()  # that to a folder sees at once whether it takes mails; opened, it leaves an empty one
        if not isinstance(mail, MailFolder):
            with mail:
                return []
        return []
    except (ImproperlyConfigured, OSError) as error:  # what SMTP refuses is an OSError, too
        return [
            Warning(_("EMAIL_URL: no mail can be sent: %(problem)s") % {"problem": in_words(error)}, id="config.W009")
        ]


@register(deploy=True)
def check_scanner(**_kwargs: Any) -> list[CheckMessage]:
    """The virus scanner, where one is named, answers: no file is stored else."""
    try:
        scan(BytesIO(b"nothing in it"))
    except ScannerUnreachable:
        hint = _("What it answered, or why it did not, is a line of the log.")
        told = _("CLAMD_URL: the virus scanner does not answer, and no file would be stored.")
        return [Warning(told, hint=hint, id="config.W010")]
    return []


@register(deploy=True)
def check_static_files(**_kwargs: Any) -> list[CheckMessage]:
    """Without them every page is an error."""
    known = getattr(staticfiles_storage, "hashed_files", None)  # while debugging, files are served as they lie
    if known is None:
        return []
    hint = _("Run make setup, or collectstatic.")
    if not {"app.css", "tabler/tabler.min.css"} <= known.keys():
        return [Error(_("The static files are not collected."), hint=hint, id="config.E003")]
    if left := left_behind():
        hint = _("Run collectstatic --clear with the VAR_DIR of the settings, while the site is stopped.")
        told = _("Static files were not collected since the upgrade: %(first)s …") % {"first": left[0]}
        return [Warning(told, hint=hint, id="config.W011")]
    return []


def left_behind() -> list[str]:
    """The static files of this version that were not collected, or in another edition."""
    sources: dict[str, tuple[Storage, str]] = {}  # the first that has a name gives the file, as in collectstatic
    for finder in get_finders():
        for path, source in finder.list(StaticFilesConfig.ignore_patterns):
            sources.setdefault(str(Path(getattr(source, "prefix", None) or "", path)), (source, path))
    there = staticfiles_storage.exists
    return [
        name
        for name, (source, path) in sources.items()
        if not there(name) or _content(staticfiles_storage, name) != _content(source, path)
    ]


def _content(storage: Storage, path: str) -> bytes:
    with storage.open(path) as file:
        return bytes(file.read())


@register(deploy=True)
def check_storage(**_kwargs: Any) -> list[CheckMessage]:
    """Materials can be written, read and removed."""
    from health_check.checks import (
        Storage as Check,  # here, not above: it brings clients for mail and names into every start
    )
    from health_check.exceptions import HealthCheckException

    try:
        Check().run()
    except (HealthCheckException, OSError) as error:
        why = error if isinstance(error, OSError) else error.__cause__ or error
        return [Error(_("Materials cannot be stored: %(problem)s") % {"problem": in_words(why)}, id="config.E004")]
    return []


@register(deploy=True)
def check_database(**_kwargs: Any) -> list[CheckMessage]:
    """The database is reached and as this version needs it; then its seals, calendar and key are looked at."""
    try:
        if missing := pending_migrations():
            n = len(missing)
            told = ngettext(
                "%(n)s migration is not applied: %(first)s", "%(n)s migrations are not applied: %(first)s …", n
            )
            said = told % {"n": n, "first": missing[0]}
            return [Error(said, hint=_("Run manage.py migrate."), id="config.E005")]
        return [*_seals(), *_calendar(local_today()), *_factors()]
    except DatabaseError as error:
        return [Error(_("The database cannot be reached: %(problem)s") % {"problem": error}, id="config.E006")]


@register(deploy=True)
def check_replica(**_kwargs: Any) -> list[CheckMessage]:
    """The replica, where one is named, is a standby of this very database and keeps up."""
    if not replica.there_is_one():
        return []
    try:
        copy = replica.look(*replica.written())
        here, there = (list(Installation.objects.using(name).values_list("key")) for name in settings.DATABASES)
    except (DatabaseError, InterfaceError, replica.NoReplica) as error:
        return [Error(_("The replica cannot be read: %(problem)s") % {"problem": error}, id="config.E014")]
    if here != there:
        return [Error(_("The database in REPLICA_URL is another installation's."), id="config.E015")]
    if copy.behind > settings.REPLICA_LAG:
        told = _("The replica is %(n)s seconds behind and is not read.") % {"n": round(copy.behind)}
        return [Warning(told, id="config.W005")]
    return []


def _seals() -> Iterator[CheckMessage]:
    states = seals()
    if not states and not any_seal():
        told = _("There is no seal in %(folder)s: no paper could be issued.") % {"folder": seal_dir()}
        yield Error(told, hint=str(SEAL_HINT), id="config.E007")
    for state in states:
        yield from _seal(state)
    for name in unread_seals():
        told = _("%(name)s holds no certificate that can be read: papers sealed with it do not verify")
        yield Error(told % {"name": seal_dir() / name}, hint=str(SEAL_HINT), id="config.E008")


SEAL_HINT = gettext_lazy("docs/operations.md says how seals are put in place; manage.py seals lists them.")


def _seal(state: SealState) -> Iterator[CheckMessage]:
    if state.problem:
        said = {"agency": state.agency, "key": state.agency.slug, "problem": state.problem}
        told = _("Seal of %(agency)s (%(key)s): %(problem)s") % said
        yield Error(told, hint=str(SEAL_HINT), id="config.E008")
    elif state.expires and state.soon:
        said = {"agency": state.agency, "day": date_format(state.expires)}
        yield Warning(_("The seal of %(agency)s expires on %(day)s.") % said, id="config.W001")
    if state.test:
        told = _("%(agency)s has a test seal only: its papers say so.") % {"agency": state.agency}
        yield Warning(told, hint=str(SEAL_HINT), id="config.W002")


def _calendar(today: date) -> Iterator[CheckMessage]:
    calendar = WorkCalendar.load()
    hint = _("Import the State Council's notice: manage.py import_calendar FILE.")
    if not calendar.covers(today.year):
        yield Error(_("The holidays of %(year)s are not known.") % {"year": today.year}, hint=hint, id="config.E009")
    if today.month >= NOTICE_MONTH and not calendar.covers(today.year + 1):
        late = (date(today.year, 12, 31) - today).days < LAST_DAYS
        level, id = (Error, "config.E010") if late else (Warning, "config.W003")
        yield level(_("The holidays of %(year)s are not known yet.") % {"year": today.year + 1}, hint=hint, id=id)


def _factors() -> Iterator[CheckMessage]:
    if not can_be_read():
        told = _(
            "IDENTITY_KEY is not that of this database: no second factor can be read, and no second account noticed."
        )
        hint = _(
            "It belongs to the settings that a backup does not hold; docs/operations.md says what to do without it."
        )
        yield Error(told, hint=hint, id="config.E016")
