"""A backup of all that cannot be made anew: the database, the materials, and the certificates papers are verified by.

Not in it: the keys of the seals and the settings, which belong where keys are kept. The database is copied first:
materials are stored under their hash and stay, so each file the copy speaks of is still there when files are copied.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.models import FileField
from django.utils import timezone
from django.utils.translation import gettext as _

from config.models import Installation
from permits.data_files import flush
from permits.documents.signing import seal_dir
from permits.models import Act, Application
from roles.faults import CAUSES, in_words

MANIFEST, SQLITE, POSTGRESQL = "backup.json", "database.sqlite3", "database.dump"
BLOCK = 1024 * 1024
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
"""What is wrong with where a copy is written to, never with what is copied."""


def back_up(folder: Path) -> dict[str, Any]:
    """Write a backup into `folder`, which must not be there or be empty; returns what its manifest says.

    A material that is missing or not what its hash says is named there under `lacking` and stops nothing: it may be
    lost for good, and all else must be kept all the same. Raises CommandError where the store is not reached, none of
    its files can be read, or the folder cannot be written: then there is no manifest, and so no backup.
    """
    try:
        if folder.exists() and any(folder.iterdir()):
            raise CommandError(_("%(folder)s is not empty.") % {"folder": folder})
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return _fill(folder)
    except OSError as error:
        raise CommandError(in_words(error, folder)) from error


def _fill(folder: Path) -> dict[str, Any]:
    """All that belongs to a backup, its manifest last; returns what that says."""
    _copy_database(folder)
    materials = _materials()
    wrong = [told for name, sha256 in materials if (told := _save_material(folder, name, sha256))]
    if wrong and len(wrong) == len(materials):  # a store that is not mounted, and no file that was lost
        raise CommandError(_("None of the stored files can be read, such as %(name)s") % {"name": wrong[0]})
    certificates = sorted(seal_dir().glob("*.cert.pem"))
    for certificate in certificates:
        (folder / "certificates").mkdir(exist_ok=True)
        shutil.copy2(certificate, folder / "certificates")
    installation = Installation.objects.get()
    said = {
        "installation": str(installation.key), "kind": installation.kind, "made_at": timezone.now().isoformat(),
        "engine": connection.vendor, "cases": Application.objects.count(), "acts": Act.objects.count(),
        "files": len(materials) - len(wrong), "lacking": wrong,
        "certificates": [certificate.name for certificate in certificates],
    }  # fmt: skip
    os.sync()  # a manifest on the disk tells of files on the disk
    (folder / MANIFEST).write_text(json.dumps(said, indent=1) + "\n", "utf-8")  # last: a backup without it is none
    flush(folder / MANIFEST, folder, folder.parent)
    return said


def restore(folder: Path) -> dict[str, Any]:
    """Bring a backup back into an empty database and the storage of materials; returns what its manifest says.

    The database is migrated before its files are looked for: one of an older version lacks tables that name some. That
    also makes the triggers and the mark.

    A material or certificate that the folder lacks stops nothing: all else comes back, and `lacking` names it.

    Raises CommandError for a folder that is no whole backup, one of the other engine, or a database with tables.
    """
    said = _manifest(folder)
    if said["engine"] != connection.vendor:
        other = _("The backup is one of %(engine)s, the database is %(other)s.")
        raise CommandError(other % {"engine": said["engine"], "other": connection.vendor})
    if connection.introspection.table_names():
        raise CommandError(_("The database is not empty; a backup is restored into an empty one only."))
    refuse_unless_owner()
    _restore_database(folder)
    call_command("migrate", verbosity=0)
    for name, _sha256 in _materials():
        saved = folder / "materials" / name
        if saved.is_file() and not default_storage.exists(name):
            with saved.open("rb") as stream:
                default_storage.save(name, File(stream))
    for certificate in sorted((folder / "certificates").glob("*.cert.pem")):
        seal_dir().mkdir(parents=True, exist_ok=True, mode=0o700)
        if not (seal_dir() / certificate.name).exists():
            shutil.copy2(certificate, seal_dir())
    return said


def lacking(said: dict[str, Any]) -> Iterator[str]:
    """Names of what a restored backup should have brought and is not there as it was: materials, and the certificates
    that its manifest names; an older one names none."""
    yield from wrong_materials()
    for name in said.get("certificates", ()):
        if not (seal_dir() / name).is_file():
            yield _("%(name)s: missing") % {"name": name}


def _manifest(folder: Path) -> dict[str, Any]:
    """Raises CommandError where it is not there, or not as `back_up` wrote it."""
    try:
        said = json.loads((folder / MANIFEST).read_text("utf-8"))
        said["engine"], said["made_at"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        why = in_words(error)
        if not isinstance(error, OSError):
            why = _("%(file)s is not as a backup writes it") % {"file": MANIFEST}
        raise CommandError(_("%(folder)s is no whole backup: %(why)s") % {"folder": folder, "why": why}) from error
    return dict(said)


def counted() -> dict[str, int]:
    """How many cases, acts and stored files the database tells of."""
    return {"cases": Application.objects.count(), "acts": Act.objects.count(), "files": len(_materials())}


def wrong_materials() -> Iterator[str]:
    """Names of stored files that are missing or are not what was uploaded. Raises CommandError where the store is not
    reached."""
    for name, sha256 in _materials():
        try:
            with default_storage.open(name) as stored:
                if _digest(stored) != sha256:
                    yield _("%(name)s: not what was uploaded") % {"name": name}
        except ConnectionError as error:
            raise CommandError(
                _("The store of materials cannot be reached: %(why)s") % {"why": in_words(error)}
            ) from error
        except OSError:
            yield _("%(name)s: missing") % {"name": name}


def _materials() -> list[tuple[str, str]]:
    """Name and SHA-256 of each stored file, of every model that keeps one."""
    found: set[tuple[str, str]] = set()
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, FileField):
                rows = model._default_manager.exclude(**{field.name: ""}).order_by()
                found.update(rows.values_list(field.name, "sha256"))
    return sorted(found)


def _digest(stream: Any) -> str:
    digest = hashlib.sha256()
    for block in iter(lambda: stream.read(BLOCK), b""):
        digest.update(block)
    return digest.hexdigest()


def _save_material(folder: Path, name: str, sha256: str) -> str:
    """Copy one; returns what is wrong with it, or nothing."""
    target = folder / "materials" / name
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with default_storage.open(name) as stored, target.open("wb") as copy:
            shutil.copyfileobj(stored, copy, BLOCK)
    except OSError as error:
        if error.errno in FULL:
            raise CommandError(in_words(error, folder)) from error
        told = _("The material %(name)s cannot be read: %(why)s") % {"name": name, "why": in_words(error)}
        if isinstance(error, ConnectionError):
            raise CommandError(told) from error
        target.unlink(missing_ok=True)
        return told
    with target.open("rb") as written:
        return "" if _digest(written) == sha256 else _("%(name)s: not what was uploaded") % {"name": name}


# --- the database -----------------------------------------------------------------------------------------------------
def _copy_database(folder: Path) -> None:
    if connection.vendor == "sqlite":
        _copy_sqlite(str(connection.settings_dict["NAME"]), str(folder / SQLITE))
    else:
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={folder / POSTGRESQL}")


def _restore_database(folder: Path) -> None:
    if connection.vendor == "sqlite":
        connection.close()
        _copy_sqlite(str(folder / SQLITE), str(connection.settings_dict["NAME"]))
    else:
        name = str(connection.settings_dict["NAME"])
        _run("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", f"--dbname={name}",
             str(folder / POSTGRESQL))  # fmt: skip


def refuse_unless_owner() -> None:
    """What PostgreSQL says of it names an extension, and not that another role was meant."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, has_database_privilege(current_database(), 'CREATE')")
        role, may = cursor.fetchone()
    if not may:
        told = _("The role %(role)s may not make tables here: restore as the owner of the database.")
        raise CommandError(told % {"role": role})


def _copy_sqlite(source: str, target: str) -> None:
    """By SQLite's own way of copying, which is right also while others write."""
    try:
        with closing(sqlite3.connect(source)) as before, closing(sqlite3.connect(target)) as after:
            before.backup(after)
    except sqlite3.OperationalError as error:
        full = error.sqlite_errorcode == sqlite3.SQLITE_FULL
        raise CommandError(f"{target}: {CAUSES[errno.ENOSPC] if full else error}") from error


def _run(program: str, *arguments: str) -> None:
    """One of PostgreSQL's own programs, told the connection by its variables: a password is no argument."""
    given = connection.settings_dict
    variables = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    environment = {**os.environ, **{name: str(given[key]) for name, key in variables.items() if given[key]}}
    try:
        subprocess.run([program, *arguments], env=environment, check=True)  # noqa: S603  ours, no shell
    except (OSError, subprocess.CalledProcessError) as error:
        raise CommandError(_("%(program)s failed: %(why)s") % {"program": program, "why": in_words(error)}) from error
