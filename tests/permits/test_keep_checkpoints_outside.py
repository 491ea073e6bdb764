"""Checkpoints are kept outside, each once; what failed stays owed, and is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from pytest_django.fixtures import Settings

from config.environment import BadSetting, Environment
from permits.ledger.keeping import keep_log, late
from permits.ledger.keys import private_key
from permits.ledger.log import checkpoint
from permits.ledger.outside import Folder, OtherKept, named, owed, shown
from permits.ledger.witnessing import OtherLogSeen
from permits.models import LogDelivery
from roles.models import SecurityEvent
from roles.models.security import What
from tests.witness import Witness, served

pytestmark = pytest.mark.django_db


def grow() -> str:
    """One more checkpoint; its note."""
    SecurityEvent.objects.create(what=What.REFUSED)
    keep_log()
    newest = checkpoint()
    assert newest
    return newest.note


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.CHECKPOINT_URL = f"file://{tmp_path}"
    return tmp_path


def texts(folder: Path) -> list[str]:
    return [path.read_text("utf-8") for path in sorted(folder.iterdir())]


def test_each_checkpoint_lies_in_the_folder_under_its_date_and_size(folder: Path) -> None:
    notes = [grow(), grow()]
    keep_log()
    assert texts(folder) == notes
    assert sorted(folder.iterdir())[1].name.startswith(f"{timezone.now():%Y-%m-%dT}")
    assert LogDelivery.objects.count() == 2


def test_what_was_made_before_there_was_a_place_is_covered_by_the_newest(settings: Settings, tmp_path: Path) -> None:
    notes = [grow(), grow(), grow()]
    settings.CHECKPOINT_URL = f"file://{tmp_path}"
    keep_log()
    assert texts(tmp_path) == notes[-1:]


def test_a_failure_is_told_and_made_good_by_a_later_run(folder: Path, settings: Settings) -> None:
    notes = [grow()]
    settings.CHECKPOINT_URL = f"file://{folder}/gone"
    with pytest.raises(OSError, match="gone"):
        grow()
    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=True):
        assert list(late()) == ["checkpoints wait to be kept outside"]
        settings.CHECKPOINT_URL = f"file://{folder}"
        notes += [row.note for row in owed()]
        keep_log()
        assert list(late()) == []
    assert texts(folder) == notes


def test_one_that_was_kept_and_not_noted_is_kept_once(folder: Path) -> None:
    place, note = Folder(folder), grow()
    place.keep(next(folder.iterdir()).name, note)
    assert texts(folder) == [note]


def test_another_text_under_the_same_name_is_an_error(folder: Path) -> None:
    grow()
    with pytest.raises(OtherKept):
        Folder(folder).keep(next(folder.iterdir()).name, "another log")


def test_another_text_outside_is_an_alarm_at_once_until_it_is_gone(folder: Path, settings: Settings) -> None:
    """Also where a witness knows another log at the same time: that alarm took its place."""
    settings.CHECKPOINT_URL, url = "", settings.CHECKPOINT_URL
    note = grow()
    settings.CHECKPOINT_URL = url
    file = folder / named(owed()[0])
    file.write_text("another log")
    told = "another checkpoint is kept outside than this log's"
    with pytest.raises(OtherKept):
        keep_log()
    assert list(late()) == [told]
    with served(other := Witness()) as url:
        other.trust(str(private_key().public))
        other.seen[private_key().name] = (1000, bytes(32))
        settings.LOG_WITNESSES, settings.WITNESS_URLS = [other.public], [url]
        with pytest.raises(OtherLogSeen):
            keep_log()
        assert list(late()) == [told, "a witness knows another log"]
        file.write_text(note)
        with pytest.raises(OtherLogSeen):
            keep_log()
        assert list(late()) == ["a witness knows another log"]
    assert texts(folder) == [note]


@pytest.mark.parametrize("kept", [0, 20, -2])
def test_one_that_broke_off_is_completed(folder: Path, kept: int) -> None:
    """On a full disk, or by a crash: it was taken for another log's, for ever."""
    note = grow()
    file = next(folder.iterdir())
    file.write_bytes(note.encode()[:kept])
    Folder(folder).keep(file.name, note)
    assert texts(folder) == [note]


class Server(BaseHTTPRequestHandler):
    """Keeps what it was sent."""

    got: list[tuple[str, str, str, str | None]] = []
    answer = 201

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.got.append((self.command, self.path, body, self.headers["Authorization"]))
        self.send_response(self.answer)
        self.end_headers()

    do_POST = do_PUT

    def log_message(self, *args: Any) -> None:
        """Not to the terminal."""


@pytest.fixture
def server() -> Iterator[str]:
    Server.got, Server.answer = [], 201
    found = HTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=found.serve_forever, args=(0.01,), daemon=True).start()
    yield f"127.0.0.1:{found.server_port}"
    found.shutdown()
    found.server_close()


def test_a_web_server_is_sent_each_checkpoint(server: str, settings: Settings) -> None:
    settings.CHECKPOINT_URL = f"http://log:secret@{server}/kept/"
    note = grow()
    ((command, path, body, authorization),) = Server.got
    assert (command, body) == ("PUT", note)
    assert path.startswith("/kept/20")
    assert authorization
    settings.CHECKPOINT_URL = f"http://{server}/hook"
    grow()
    assert Server.got[1][:2] == ("POST", "/hook")
    assert "secret" not in LogDelivery.objects.earliest("pk").place
    Server.answer = 500
    with pytest.raises(OSError, match="500"):
        grow()


@pytest.mark.parametrize(
    "url", ["file:///mnt/kept", "https://kept.cn/", "http://u:p@kept.cn/hook", "s3+https://k:s@host:9000/bucket", ""]
)
def test_places_that_can_be_named(url: str) -> None:
    assert Environment({"CHECKPOINT_URL": url}).checkpoints("CHECKPOINT_URL")[0] == url


@pytest.mark.parametrize(
    "url", ["ftp://host/", "file://", "file:///", "file://host/x", "https://", "s3+https://host/b", "x"]
)
def test_places_that_cannot(url: str) -> None:
    with pytest.raises(BadSetting):
        Environment({"CHECKPOINT_URL": url}).checkpoints("CHECKPOINT_URL")


def test_an_address_is_shown_without_its_password() -> None:
    assert shown("https://user:secret@kept.cn/log/") == "https://kept.cn/log/"
