"""Whatever another server does with its answer, who asks has it, or gives it up, in the time that it allows."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer

import pytest
from requests import RequestException

from permits.ledger import witnessing
from permits.ledger.witnessing import WitnessFailed, _post
from roles import oidc
from roles.oidc import Asking

HEAD, CHUNKED = b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
DRIPS = {
    "header": (HEAD + b"X-A: ", b"a", b"\r\nContent-Length: 2\r\n\r\nok"),
    "headers": (HEAD, b"X-A: a\r\n", b"Content-Length: 2\r\n\r\nok"),
    "100-continue": (b"", b"HTTP/1.1 100 Continue\r\n\r\n", HEAD + b"Content-Length: 2\r\n\r\nok"),
    "size of a chunk": (CHUNKED, b"0", b"2\r\nok\r\n0\r\n\r\n"),
    "trailer": (CHUNKED + b"2\r\nok\r\n0\r\n", b"X: a\r\n", b"\r\n"),
    "body": (HEAD + b"Content-Length: 100\r\n\r\n", b"a", b""),
    "body without an end": (HEAD + b"\r\n", b"a", b""),
}
"""What it begins with, what it says again and again, and with what it ends."""
SILENCE, PATIENCE = 0.4, 0.5
AT_MOST, GOES_ON = 10, 20
"""Far beyond the patience: a busy machine is late, and who does not give up is later still."""


@contextmanager
def dripping(begins: bytes, again: bytes, ends: bytes, goes_on: float = GOES_ON) -> Iterator[str]:
    """A server that is never silent for long, and ends in the end."""

    class Handler(BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65536)
            until = time.monotonic() + goes_on
            with suppress(OSError):  # who asked has gone
                self.request.sendall(begins)
                while time.monotonic() < until:
                    self.request.sendall(again)
                    time.sleep(0.1)
                self.request.sendall(ends)

    with ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


def log_in_provider(url: str) -> bytes:
    with Asking() as session:
        return session.request("POST", url, data=b"x").content


def witness(url: str) -> bytes:
    return _post(url, "x")[1].encode()


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, silence in ((oidc, "SILENCE"), (witnessing, "SECONDS")):
        monkeypatch.setattr(module, silence, SILENCE)
        monkeypatch.setattr(module, "PATIENCE", PATIENCE)


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("ask", [log_in_provider, witness])
@pytest.mark.parametrize("how", DRIPS)
def test_an_answer_that_drips_is_given_up_in_time(how: str, ask: Callable[[str], bytes]) -> None:
    with dripping(*DRIPS[how]) as url:
        began = time.monotonic()
        with pytest.raises((RequestException, WitnessFailed)):
            ask(url)
        assert time.monotonic() - began < AT_MOST


@pytest.mark.parametrize("ask", [log_in_provider, witness])
@pytest.mark.parametrize("how", [how for how in DRIPS if not how.startswith("body")])
def test_one_that_ends_in_time_is_read(how: str, ask: Callable[[str], bytes]) -> None:
    with dripping(*DRIPS[how], goes_on=0.15) as url:
        assert ask(url) == b"ok"


def test_one_session_asks_again_and_again() -> None:
    head = HEAD + b"Connection: close\r\nContent-Length: 2\r\n\r\n"  # the server hangs up after each answer
    with dripping(head, b"", b"ok", goes_on=0) as url, Asking() as session:
        assert [session.request("GET", url).content for _one in range(3)] == [b"ok"] * 3
