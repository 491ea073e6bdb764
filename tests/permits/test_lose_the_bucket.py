"""Materials in an S3-compatible store that is gone, silent, full or refuses: told as it is, and soon."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO
from threading import Thread

import pytest
from django.core.files.storage import default_storage, storages
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from moto.server import ThreadedMotoServer
from pytest_django.fixtures import Settings

from config import bucket
from config.environment import Environment
from permits.drafts.store import opened
from permits.errors import DamagedFile, StorageFailed
from permits.models import Application, MaterialVersion
from permits.models.material import current_files
from permits.models.states import S
from tests.cast import Cast, log_in, pdf


@pytest.fixture
def case(cast: Cast, settings: Settings) -> Iterator[Application]:
    """A draft whose files lie in a bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    keep_in(settings, f"{host}:{port}")
    storages["default"].connection.meta.client.create_bucket(Bucket="materials")  # type: ignore[attr-defined]
    yield cast.draft()
    server.stop()


def keep_in(settings: Settings, place: str) -> None:
    chosen = Environment({"X": f"s3+http://key:secret@{place}/materials"}).storage("X")
    settings.STORAGES = {**settings.STORAGES, "default": chosen}


@contextmanager
def silent() -> Iterator[str]:
    """The address of a server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


@contextmanager
def answering(status: int) -> Iterator[str]:
    """The address of a server that answers everything so."""

    class Answer(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = answer

        def log_message(self, *_said: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@contextmanager
def gone() -> Iterator[str]:
    """An address nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        place = f"127.0.0.1:{server.getsockname()[1]}"
    yield place


def test_a_store_that_is_gone_is_told_as_that_and_no_file_as_damaged(
    cast: Cast, case: Application, settings: Settings
) -> None:
    cast.do(case, "submit")
    version = current_files(case)[0]
    call_command("verify_ledger", "--case", str(case.pk), stdout=StringIO())
    other = cast.draft()
    with gone() as place:
        keep_in(settings, place)
        clerk = log_in(cast.clerk, english=True)
        sent = clerk.post(reverse("draft-materials", args=[other.pk]), {"file-design": pdf("新.pdf", "new")})
        assert (sent.status_code, "this file was not stored" in sent.text) == (503, True)
        given = clerk.get(reverse("material", args=[version.pk]))
        assert (given.status_code, "The file is not lost" in given.text) == (503, True)
        with pytest.raises(StorageFailed):
            cast.do(other, "submit")
        with pytest.raises(CommandError, match="文件存储暂时无法访问") as told:
            call_command("verify_ledger", "--case", str(case.pk), stdout=StringIO())
        assert told.value.returncode == 2
    other.refresh_from_db()
    assert other.status == S.DRAFT
    assert not MaterialVersion.objects.filter(name="新.pdf").exists()


def test_a_silent_store_is_not_waited_for_long(
    cast: Cast, case: Application, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The case is locked meanwhile."""
    assert bucket.TRIES * (bucket.CONNECT_SECONDS + bucket.ANSWER_SECONDS) < 40
    monkeypatch.setattr(bucket, "ANSWER_SECONDS", 0.2)
    with silent() as place:
        keep_in(settings, place)
        began = time.monotonic()
        sent = log_in(cast.clerk).post(reverse("draft-materials", args=[case.pk]), {"file-design": pdf("新.pdf", "n")})
        assert sent.status_code == 503
        assert time.monotonic() - began < 10


@pytest.mark.parametrize(("answer", "status"), [(507, 507), (403, 503), (500, 503)])
def test_what_a_store_answers_is_told_as_what_it_is(
    answer: int, status: int, cast: Cast, case: Application, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bucket, "TRIES", 1)
    with answering(answer) as place:
        keep_in(settings, place)
        sent = log_in(cast.clerk).post(reverse("draft-materials", args=[case.pk]), {"file-design": pdf("新.pdf", "n")})
    assert sent.status_code == status


def test_a_page_that_answers_for_the_store_and_has_every_name_is_told(
    cast: Cast, case: Application, settings: Settings
) -> None:
    """For ever another name was tried, while the case was locked; /readyz hung as well."""
    with answering(200) as place:
        keep_in(settings, place)
        sent = log_in(cast.clerk).post(reverse("draft-materials", args=[case.pk]), {"file-design": pdf("新.pdf", "n")})
        assert sent.status_code == 503
        assert Client().get("/readyz").json()["checks"]["storage"] == "cannot be reached"


def test_a_file_that_is_not_in_the_bucket_is_missing(case: Application) -> None:
    version = current_files(case)[0]
    default_storage.delete(version.file.name)
    with pytest.raises(DamagedFile):
        opened(version)
