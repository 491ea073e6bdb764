"""A log that is shorter than a checkpoint kept outside, or forks from it, is named; and what nothing proves is said."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone, translation
from moto.server import ThreadedMotoServer
from pytest_django.fixtures import Settings

from config.environment import Environment
from permits.ledger import triggers
from permits.ledger.keeping import keep_log
from permits.ledger.keys import make_key
from permits.ledger.outside import Bucket, OtherKept, owed
from permits.ledger.sequencer import sequence
from permits.models import LogDelivery
from permits.verification.nightly import verify_record
from permits.verification.outside import outside, proven
from roles.models import SecurityEvent
from roles.models.security import What

pytestmark = [pytest.mark.django_db, pytest.mark.owner]
LOGGED = (
    "permits_logdelivery", "permits_logcheckpoint", "permits_logkey", "permits_logleaf", "permits_logtile",
    "roles_securityevent",
)  # fmt: skip


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    """CHECKPOINT_URL."""
    kept = tmp_path / "kept"
    kept.mkdir()
    settings.CHECKPOINT_URL = f"file://{kept}"
    return kept


def grow(many: int) -> None:
    SecurityEvent.objects.bulk_create(SecurityEvent(what=What.REFUSED) for _number in range(many))
    keep_log()


def cut() -> None:
    """The owner takes the log away with its rows, and guards it again."""
    connection.check_constraints()
    with connection.cursor() as cursor:
        for table in LOGGED:
            for name in ("no_update", "no_delete") if connection.vendor == "sqlite" else ("no_rewrite", "no_truncate"):
                on = "" if connection.vendor == "sqlite" else f" ON {table}"
                cursor.execute(f"DROP TRIGGER {table}_{name}{on}")
        for table in LOGGED:
            cursor.execute(f"DELETE FROM {table}")
    connection.check_constraints()
    triggers.install()


def said() -> list[str]:
    return [problem.what for problem in outside()]


def test_a_log_as_it_was_kept_is_proved_up_to_the_newest_checkpoint_outside(folder: Path, settings: Settings) -> None:
    grow(3)
    grow(4)
    assert said() == []
    assert proven() == "All 7 entries of the log are covered by a checkpoint kept outside."
    settings.CHECKPOINT_URL = ""
    grow(2)
    settings.CHECKPOINT_URL = f"file://{folder}"
    assert proven().endswith("7 entries. That 2 since were made anew is not provable.")
    settings.CHECKPOINT_URL = ""
    assert (said(), "the whole record was made anew is not provable" in proven()) == ([], True)


def test_a_log_that_is_shorter_than_what_was_kept_is_named_with_the_checkpoint(folder: Path) -> None:
    grow(9)
    cut()
    grow_unseen(4)
    (problem,) = outside()
    assert problem.what == "The log is shorter than the checkpoint of 9 entries."
    assert problem.where in {path.name for path in folder.iterdir()}
    assert "not provable" in proven()


def grow_unseen(many: int) -> None:
    """Grown without a new checkpoint outside."""
    SecurityEvent.objects.bulk_create(SecurityEvent(what=What.REFUSED) for _number in range(many))
    sequence()


def test_a_history_that_was_made_anew_is_another_one_wherever_it_forks(folder: Path) -> None:
    grow(5)
    grow(5)
    cut()
    grow(12)
    assert said() == [
        "The log does not have the root of the checkpoint of 10 entries.",
        "The log does not have the root of the checkpoint of 5 entries.",
    ]
    assert proven().startswith("All 12")  # of this history; the other is named above


def test_a_log_made_anew_with_another_key_is_not_signed_by_it(folder: Path, settings: Settings, tmp_path: Path) -> None:
    grow(5)
    cut()
    settings.LOG_KEY = tmp_path / "another"
    make_key(settings.LOG_KEY, settings.LOG_ORIGIN)
    grow_unseen(5)
    (wrong,) = said()
    assert wrong.startswith("It is not signed by a key of this log")


def test_checkpoints_of_a_log_of_another_name_are_not_this_ones(
    folder: Path, settings: Settings, tmp_path: Path
) -> None:
    grow(5)
    cut()
    settings.LOG_ORIGIN, settings.LOG_KEY = "permits.example.cn/log/2", tmp_path / "second"
    make_key(settings.LOG_KEY, settings.LOG_ORIGIN)
    grow(2)
    assert said() == []
    assert proven().startswith("All 2")


def test_the_command_compares_a_folder_that_somebody_kept(folder: Path, settings: Settings, tmp_path: Path) -> None:
    grow(6)
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "copy.txt").write_text(next(folder.iterdir()).read_text("utf-8"), "utf-8")
    settings.CHECKPOINT_URL = ""
    out = io.StringIO()
    call_command("verify_ledger", outside=mine, json=True, stdout=out)
    assert json.loads(out.getvalue())["proven"].startswith("All 6 entries")
    cut()
    grow_unseen(2)
    out = io.StringIO()
    with pytest.raises(CommandError) as stopped:
        call_command("verify_ledger", outside=mine, stdout=out)
    assert stopped.value.returncode == 1
    assert "outside: copy.txt: The log is shorter than the checkpoint of 6 entries." in out.getvalue()
    (mine / "copy.txt").unlink()
    with pytest.raises(CommandError, match="no checkpoint"):
        call_command("verify_ledger", outside=mine, stdout=io.StringIO())


def test_what_cannot_be_read_is_told_and_the_nightly_check_names_a_fork(folder: Path, settings: Settings) -> None:
    grow(3)
    settings.CHECKPOINT_URL = f"file://{folder}/gone"
    assert said() == ["What is kept outside cannot be read: FileNotFoundError"]
    settings.CHECKPOINT_URL = f"file://{folder}"
    cut()
    grow_unseen(3)
    found = verify_record()
    assert found is not None
    assert found.problems == {"outside": 1}


# ---- a bucket --------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def s3_server() -> Iterator[str]:
    """An S3 server on loopback."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3_server: str, settings: Settings) -> Any:
    """CHECKPOINT_URL is an empty bucket of that server; its client."""
    name = f"kept-{timezone.now():%H%M%S%f}"
    variables = {"CHECKPOINT_URL": f"s3+http://key:s3cret@{s3_server}/{name}"}
    settings.CHECKPOINT_URL, settings.CHECKPOINT_STORAGE = Environment(variables).checkpoints("CHECKPOINT_URL")
    client = Bucket().storage.connection.meta.client
    client.create_bucket(Bucket=name)
    return client, name


def test_each_checkpoint_lies_in_the_bucket_once_and_is_compared_from_there(bucket: Any) -> None:
    client, name = bucket
    grow(3)
    grow(2)
    keep_log()
    keys = [one["Key"] for one in client.list_objects_v2(Bucket=name)["Contents"]]
    assert [key.split("-")[3] for key in sorted(keys)] == ["000000000003", "000000000005"]
    assert "s3cret" not in LogDelivery.objects.earliest("pk").place
    assert (said(), proven()[:5]) == ([], "All 5")
    cut()
    grow_unseen(4)
    assert said() == [
        "The log is shorter than the checkpoint of 5 entries.",
        "The log does not have the root of the checkpoint of 3 entries.",
    ]


def test_another_text_in_the_bucket_is_an_error_and_is_not_overwritten(bucket: Any) -> None:
    client, name = bucket
    grow(1)
    (key,) = [one["Key"] for one in client.list_objects_v2(Bucket=name)["Contents"]]
    client.put_object(Bucket=name, Key=key, Body=b"another log")
    with pytest.raises(OtherKept):
        Bucket().keep(key, "this log")
    assert client.get_object(Bucket=name, Key=key)["Body"].read() == b"another log"


def test_a_bucket_that_is_gone_leaves_checkpoints_owed_and_is_told(bucket: Any) -> None:
    client, name = bucket
    client.delete_bucket(Bucket=name)
    with pytest.raises(OSError, match=f"bucket {name}") as failed:
        grow(1)
    assert "s3cret" not in str(failed.value)
    assert owed().count() == 1
    assert said() == ["What is kept outside cannot be read: ConnectionError"]
    client.create_bucket(Bucket=name)
    keep_log()
    assert owed().count() == 0


def test_a_key_that_verifies_nothing_is_refused(db: None) -> None:
    with pytest.raises(CommandError, match="--since"):
        call_command("verify_ledger", key=["rubbish"])
