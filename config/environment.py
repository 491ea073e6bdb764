"""Settings from the environment, parsed strictly: a bad value stops the start and says what is allowed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from gettext import translation
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

Network = IPv4Network | IPv6Network
LOCALE = Path(__file__).resolve().parent.parent / "locale"
ON = {"on", "true", "yes", "1"}
OFF = {"off", "false", "no", "0"}
DATABASE_SCHEMES = ("sqlite", "postgres", "postgresql")
EMAIL_BACKENDS = {"console": "console", "file": "filebased", "smtp": "smtp", "smtp+tls": "smtp", "smtps": "smtp"}
LOCAL, PRODUCTION = "local", "production"
"""The kinds of installation, as its mark names them."""
LOCK_WAIT_SECONDS = 4
"""How long a person waits for a lock before the page says that someone else is working on the case."""
JOB_LOCK_WAIT_SECONDS = 30
"""How long a job waits for the one write lock of SQLite. Nobody sits before it, and what it gives up is not done: its
result is lost, or the paper stays unprinted until the next tick. SQLite gives the lock to whoever asks at the right
moment, so on a busy disk one process can be passed over for seconds though none holds it for half of one."""
WATCHDOG_LOCK_WAIT_SECONDS = 10
"""The same for the watchdog of the jobs, which cannot heed SIGTERM before the wait is over."""
GROUP = "PERMITS_WORKER_GROUP"
"""Variable by which a watchdog tells its workers whose sign of life they give, and who takes their jobs."""
KEPT_ALIVE = {"idle": 10, "interval": 5, "count": 3}
"""When a connection is given up whose other end is silent, asked so many times. By itself it is not for two hours: a
page would hang as long, and a host that is gone in the middle of an act would keep the case locked."""
GIVEN_UP_SECONDS = KEPT_ALIVE["idle"] + KEPT_ALIVE["interval"] * KEPT_ALIVE["count"]
REPLICA_WAIT_SECONDS = 3
"""How long a page waits for a replica that does not answer, before it turns to the first server."""
PLACE = {"HOST": "localhost", "PORT": 5432, "NAME": ""}
"""What tells one server's database from another, and what stands for a part that is not given."""

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL;"  # readers do not wait for the one writer
    "PRAGMA synchronous=FULL;"  # a committed act survives a power cut
    "PRAGMA recursive_triggers=ON;"  # else INSERT OR REPLACE walks past the triggers that guard the acts
)


def gettext_noop(text: str) -> str:
    """Marks a text for the catalogue. Django's own asks for settings, which are not there yet."""
    return text


A_KEY, AN_ADDRESS = UNSHOWN = gettext_noop("(a key)"), gettext_noop("(the address)")
"""What stands for a value that is a secret, or may hold one."""


class BadSetting(ImproperlyConfigured):
    """A variable of the environment that does not say what it must; the message names it and what is allowed, with what
    is `said` of it in places of their own."""

    def __init__(self, name: str, value: str, allowed: str, **said: object) -> None:
        self.name, self.value, self.allowed, self.said = name, value, allowed, said
        super().__init__(self._told(str))

    @property
    def told(self) -> str:
        """That nothing starts and why, in English where LANGUAGE says so, else in Chinese: from the compiled catalogue
        itself, for there are no settings to ask."""
        english = os.environ.get("LANGUAGE", "").strip() == "en"
        said = str if english else translation("django", LOCALE, ["zh_Hans"], fallback=True).gettext
        return said(gettext_noop("Cannot start. ")) + self._told(said)

    def _told(self, said: Callable[[str], str]) -> str:
        given = gettext_noop("%(value)r is not allowed") if self.value else gettext_noop("missing")
        frame = gettext_noop("%(name)s: %(given)s; expected %(allowed)s")
        expected = said(self.allowed) % self.said if self.said else said(self.allowed)
        value = said(self.value) if self.value in UNSHOWN else self.value
        return said(frame) % {"name": self.name, "given": said(given) % {"value": value}, "allowed": expected}


class Environment:
    """Reads typed values from the variables of a process; an empty variable counts as not given."""

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self._variables = os.environ if variables is None else variables

    def given(self, name: str) -> bool:
        return bool(self._variables.get(name, "").strip())

    def text(
        self, name: str, default: str | None = None, *, allowed: str = gettext_noop("a value"), longer_than: int = 0
    ) -> str:
        """A text; without a default it is required. Raises BadSetting when it is missing or too short."""
        value = self._variables.get(name, "").strip()
        if not value and default is not None:
            return default
        if len(value) <= longer_than:
            raise BadSetting(name, value, allowed)
        return value

    def flag(self, name: str, default: bool) -> bool:
        value = self.text(name, "on" if default else "off").lower()
        if value not in ON | OFF:
            raise BadSetting(name, value, gettext_noop("one of on, off, true, false, yes, no, 1, 0"))
        return value in ON

    def number(self, name: str, default: int, *, least: int, most: int) -> int:
        value = self.text(name, str(default))
        if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
            raise BadSetting(
                name, value, gettext_noop("a whole number from %(least)s to %(most)s"), least=least, most=most
            )
        return int(value)

    def choice(self, name: str, default: str, options: Sequence[str]) -> str:
        value = self.text(name, default)
        if value not in options:
            raise BadSetting(name, value, gettext_noop("one of %(options)s"), options=", ".join(options))
        return value

    def names(self, name: str, default: str | None = None) -> list[str]:
        """A list separated by commas; the star that would let any host in is refused."""
        names = [
            part.strip()
            for part in self.text(name, default, allowed=gettext_noop("names separated by commas")).split(",")
        ]
        for part in names:
            if not part or "*" in part or " " in part or "/" in part:
                raise BadSetting(
                    name, part or ",", gettext_noop("names separated by commas, without spaces, slashes or *")
                )
        return names

    def networks(self, name: str, default: str) -> list[Network]:
        """Addresses and networks such as 127.0.0.1 or 10.0.0.0/8, separated by commas."""
        value = self.text(name, default)
        try:
            return [ip_network(part.strip()) for part in value.split(",")]
        except ValueError as error:
            raise BadSetting(
                name, value, gettext_noop("addresses or networks such as 10.0.0.0/8, separated by commas")
            ) from error

    def secrets(self, name: str) -> list[str]:
        """Keys separated by commas, each as long as a key must be; the error shows none."""
        keys = [part.strip() for part in self.text(name, "").split(",") if part.strip()]
        if any(len(key) < 50 for key in keys):
            raise BadSetting(name, A_KEY, gettext_noop("keys of 50 characters or more, separated by commas"))
        return keys

    def folder(self, name: str) -> Path | None:
        """A folder that is there, or nothing."""
        value = self.text(name, "")
        if value and not Path(value).is_dir():
            raise BadSetting(name, value, gettext_noop("a folder that is there"))
        return Path(value) if value else None

    def origin(self, name: str, default: str | None = None) -> str:
        """An address such as https://permits.example.cn, without a path."""
        value = self.text(name, default, allowed=ORIGIN)
        return _origin(name, value)

    def origins(self, name: str, default: str) -> list[str]:
        value = self.text(name, default)
        return [_origin(name, part.strip()) for part in value.split(",")] if value else []

    def link(self, name: str) -> str:
        """A web address with any path, or nothing."""
        value = self.text(name, "")
        parts = _split(name, value, LINK)
        if value and (parts.scheme not in {"http", "https"} or not parts.hostname):
            raise BadSetting(name, value, LINK)
        return value

    def links(self, name: str) -> list[str]:
        """Web addresses with any path and without query, separated by commas, or nothing."""
        found = [part.strip() for part in self.text(name, "").split(",") if part.strip()]
        for value in found:
            parts = _split(name, value, LINK)
            if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
                raise BadSetting(name, _without_password(value, parts), LINK)
        return found

    def scanner(self, name: str) -> str:
        """Where clamd listens, as tcp://host:port or unix:///path; or nothing."""
        value = self.text(name, "")
        parts = _split(name, value, SCANNER)
        place = parts.hostname if parts.scheme == "tcp" else parts.scheme == "unix" and not parts.netloc and parts.path
        if value and not place:
            raise BadSetting(name, value, SCANNER)
        return value

    def oidc(self, url: str, client: str, secret: str, label: str, *, local: bool) -> dict[str, Any]:
        """allauth's setting for one OpenID Connect provider; empty where `url` is not given. Raises BadSetting also for
        one by http, unless it is `local`: its ID tokens are trusted because TLS says whose they are."""
        if not self.given(url):
            return {}
        if not local and urlsplit(self.link(url)).scheme != "https":
            raise BadSetting(url, self.link(url), gettext_noop("an address that begins with https://"))
        app = {
            "provider_id": "oidc",
            "name": self.text(label, "OpenID Connect"),
            "client_id": self.text(client),
            "secret": self.text(secret),
            "settings": {"server_url": self.link(url), "oauth_pkce_enabled": True},
        }
        return {"openid_connect": {"APPS": [app]}}

    def database(self, name: str, default: str | None) -> dict[str, Any]:
        """A Django database setting from a URL: SQLite in a file, or PostgreSQL; without a default it is required."""
        allowed = gettext_noop("sqlite:///path/to/file or postgres://user:password@host:port/name")
        value = self.text(name, default, allowed=allowed)
        parts = _split(name, value, allowed)
        if parts.scheme not in DATABASE_SCHEMES or len(parts.path) < 2:
            raise BadSetting(name, _without_password(value, parts), allowed)
        try:
            database: dict[str, Any] = dict(dj_database_url.parse(value))
        except (ValueError, dj_database_url.ParseError, dj_database_url.UnknownSchemeError) as error:
            raise BadSetting(name, _without_password(value, parts), allowed) from error
        database["OPTIONS"] = {**database.get("OPTIONS", {}), **_database_options(parts.scheme, self.given(GROUP))}
        return database

    def replica(self, name: str, first: dict[str, Any]) -> dict[str, dict[str, Any]]:
        """The entry of DATABASES for a replica of the `first` database that is only read, or none. Raises BadSetting
        also where the first is SQLite, which has no replicas, or the same one."""
        if not self.given(name):
            return {}
        allowed = gettext_noop("postgres://user:password@host:port/name of a standby of the server in DATABASE_URL")
        value = self.text(name)
        parts = _split(name, value, allowed)
        shown = _without_password(value, parts)
        if parts.scheme not in DATABASE_SCHEMES[1:]:
            raise BadSetting(name, shown, allowed)
        if not first["ENGINE"].endswith("postgresql"):
            raise BadSetting(name, shown, gettext_noop("nothing: DATABASE_URL is SQLite, which has no replica"))
        found = self.database(name, None)
        if all((found[part] or of_old) == (first[part] or of_old) for part, of_old in PLACE.items()):
            raise BadSetting(
                name, shown, gettext_noop("a standby of the server in DATABASE_URL; this is that server itself")
            )
        found["OPTIONS"] |= {
            "options": f"{found['OPTIONS']['options']} -c default_transaction_read_only=on",
            "connect_timeout": REPLICA_WAIT_SECONDS,
            "tcp_user_timeout": REPLICA_WAIT_SECONDS * 1000,
        }
        return {"replica": found | {"TEST": {"MIRROR": "default"}}}

    def email(self, name: str, default: str) -> dict[str, Any]:
        """Django's e-mail settings from console:, file:///directory or smtp[s|+tls]://user:password@host:port."""
        value = self.text(name, default)
        allowed = gettext_noop(
            "console:, file:///directory or smtp://, smtp+tls://, smtps:// with user:password@host:port"
        )
        parts = _split(name, value, allowed)
        needs_host, needs_path = parts.scheme.startswith("smtp"), parts.scheme == "file"
        if parts.scheme not in EMAIL_BACKENDS or (needs_host and not parts.hostname) or (needs_path and not parts.path):
            raise BadSetting(name, _without_password(value, parts), allowed)
        return {
            "EMAIL_BACKEND": f"django.core.mail.backends.{EMAIL_BACKENDS[parts.scheme]}.EmailBackend",
            "EMAIL_FILE_PATH": unquote(parts.path) or None,
            "EMAIL_HOST": parts.hostname or "localhost",
            "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587 if "+" in parts.scheme else 25),
            "EMAIL_HOST_USER": unquote(parts.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
            "EMAIL_USE_SSL": parts.scheme == "smtps",
            "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
            "EMAIL_TIMEOUT": 10,
        }

    def storage(self, name: str) -> dict[str, Any]:
        """Django's setting of the storage of materials: a folder, or s3+https://key:secret@host:port/bucket."""
        value = self.text(name, "")
        if not value:
            return {"BACKEND": "config.disk.Disk"}
        allowed = BUCKET
        parts = _split(name, value, allowed)
        bucket = parts.path.strip("/")
        whole = parts.hostname and parts.username and parts.password and bucket and "/" not in bucket
        if parts.scheme not in {"s3+https", "s3+http"} or not whole:
            raise BadSetting(name, _without_password(value, parts), allowed)
        return {
            "BACKEND": "config.bucket.Bucket",
            "OPTIONS": {
                "bucket_name": bucket,
                "endpoint_url": f"{parts.scheme.removeprefix('s3+')}://{parts.netloc.rpartition('@')[2]}",
                "access_key": unquote(parts.username or ""),
                "secret_key": unquote(parts.password or ""),
                "region_name": self.text("STORAGE_REGION", "us-east-1"),
                "file_overwrite": False,
                "default_acl": None,
            },
        }

    def checkpoints(self, name: str) -> tuple[str, dict[str, Any]]:
        """Where checkpoints of the log are kept outside, or nothing; for a bucket Django's setting of its storage."""
        value = self.text(name, "")
        allowed = gettext_noop(
            "file:///path/of/a/folder, https://host/path, http:// inside one network, or "
            "s3+https://key:secret@host:port/bucket, or s3+http:// inside one machine"
        )
        parts = _split(name, value, allowed)
        if parts.scheme in {"s3+https", "s3+http"}:
            return value, self.storage(name)
        place = parts.hostname if parts.scheme in {"http", "https"} else parts.scheme == "file" and not parts.netloc
        if value and not (place and (parts.hostname or len(parts.path) > 1)):
            raise BadSetting(name, _without_password(value, parts), allowed)
        return value, {}

    @staticmethod
    def refuse_other_kind(mark: Path, *, local: bool) -> None:
        """The mark of an installation says whether it was set up as a production one. Raises BadSetting where a lost
        environment would open it as a local one, or a SECRET_KEY make production of what holds examples."""
        try:
            kind = json.loads(mark.read_text("utf-8"))["kind"]
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadSetting(
                "VAR_DIR",
                str(mark.parent),
                gettext_noop("a readable %(file)s in it (%(error)s)"),
                file=mark.name,
                error=error,
            ) from error
        if local and kind != LOCAL:
            raise BadSetting(
                "SECRET_KEY",
                "",
                gettext_noop("the settings of the production installation in %(folder)s"),
                folder=mark.parent,
            )
        if not local and kind != PRODUCTION:
            raise BadSetting(
                "VAR_DIR",
                str(mark.parent),
                gettext_noop("a folder of its own for production: this one was set up for local use"),
            )


BUCKET = gettext_noop("s3+https://key:secret@host:port/bucket, or s3+http:// inside one machine")
SCANNER = gettext_noop("tcp://host:port or unix:///path/of/the/socket")
LINK = gettext_noop("a web address such as https://code.example.cn/permits")
ORIGIN = gettext_noop("an address such as https://permits.example.cn, without a path")


def _split(name: str, value: str, allowed: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018  reading it is what checks it
    except ValueError as error:
        raise BadSetting(name, AN_ADDRESS, allowed) from error
    return parts


def _origin(name: str, value: str) -> str:
    parts = _split(name, value, ORIGIN)
    bare = (
        parts.scheme in {"http", "https"} and parts.hostname and "*" not in parts.hostname and "@" not in parts.netloc
    )
    if not bare or parts.path.rstrip("/") or parts.query or parts.fragment:
        raise BadSetting(name, value, ORIGIN)
    return f"{parts.scheme}://{parts.netloc}"


def _without_password(value: str, parts: SplitResult) -> str:
    """The value as it may be shown in an error; a password never reaches a log."""
    return value.replace(f":{parts.password}@", ":***@") if parts.password else value


def _database_options(scheme: str, of_jobs: bool) -> dict[str, Any]:
    if scheme == "sqlite":
        # A transaction takes the write lock at its start: one that upgraded later would fail without waiting.
        wait = JOB_LOCK_WAIT_SECONDS if of_jobs else LOCK_WAIT_SECONDS
        return {"transaction_mode": "IMMEDIATE", "timeout": wait, "init_command": SQLITE_PRAGMAS}
    patience = GIVEN_UP_SECONDS * 1000
    at_server = {"lock_timeout": LOCK_WAIT_SECONDS * 1000, "tcp_user_timeout": patience} | {
        f"tcp_keepalives_{name}": value for name, value in KEPT_ALIVE.items()
    }
    return {
        "options": " ".join(f"-c {name}={value}" for name, value in at_server.items()),
        "connect_timeout": 10,
        "tcp_user_timeout": patience,
        **{f"keepalives_{name}": value for name, value in KEPT_ALIVE.items()},
    }
