"""What another server answers, read within bounds of size and time, whatever it does.

`requests` tells of what goes wrong until the answer begins; what goes wrong while its body is read by hand is told in
errors of urllib3, which are no RequestException. Its time-out is one of silence: a server that says a byte now and
then, in a header or between the pieces of its body, is waited for as long as it likes. So the connection is cut.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from threading import Event, Timer
from time import monotonic
from typing import Any
from weakref import WeakSet

from requests import RequestException, Response, Session
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import DecodeError, HTTPError

PIECE = 65536


class Unusable(RequestException):
    """The other server answered, but not as it should."""


class Bounded(Session):
    """A session that cuts off what takes too long. For one thread."""

    def __init__(self) -> None:
        super().__init__()
        self._connected: WeakSet[socket.socket] = WeakSet()
        for scheme in ("https://", "http://"):
            self.mount(scheme, _Adapter(self._connected))

    def ask(
        self, method: str, url: str | bytes, *args: Any, silence: float, patience: float, most: int, **kwargs: Any
    ) -> Response:
        """The answer, read to its end. `silence` is the seconds without a byte, `patience` those from the request to
        the end of the answer, and `most` the bytes of its body, after which it is given up. A redirect is an answer
        like any other. Raises Unusable, RequestException, as `read_bounded`."""
        until, over = monotonic() + patience, Event()

        def cut() -> None:
            over.set()
            for connected in list(self._connected):
                with suppress(OSError):  # it is closed already
                    socket.socket.shutdown(connected, socket.SHUT_RDWR)  # of TLS, too, no word is waited for

        timer = Timer(patience, cut)
        timer.daemon = True
        timer.start()
        kwargs |= {"timeout": silence, "allow_redirects": False, "stream": True}
        try:
            with super().request(method, url, *args, **kwargs) as answer:
                answer._content = read_bounded(answer, most=most, until=until)  # what `stream` leaves to the caller
        finally:
            timer.cancel()
        if over.is_set():  # what was cut may look like one that ended
            raise RequestException("the answer takes too long")
        return answer


class _Adapter(HTTPAdapter):
    """Notes each connection in `connected`: of an answer that closes it nobody else knows it any more."""

    def __init__(self, connected: WeakSet[socket.socket]) -> None:
        class Plain(HTTPConnection):
            def connect(self) -> None:
                super().connect()
                connected.add(self.sock)

        class Secured(HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                connected.add(self.sock)

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecuredPool(HTTPSConnectionPool):
            ConnectionCls = Secured

        self._pools = {"http": PlainPool, "https": SecuredPool}
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = self._pools
        return manager


def read_bounded(answer: Response, *, most: int, until: float) -> bytes:
    """The body of an `answer` asked for with `stream`. `most` in bytes, `until` as `time.monotonic()` counts.

    Raises Unusable for a longer body and for one that is not encoded as it says; RequestException for one that breaks
    off, falls silent for the time-out of the request, or is not there by then. What they say names no address: one may
    hold a password. What keeps a single read from ending is cut by `Bounded`.
    """
    read = b""
    try:
        while part := answer.raw.read1(PIECE, decode_content=True):
            read += part
            if len(read) > most:
                raise Unusable(f"the answer is longer than {most} bytes")
            if monotonic() > until:
                break
    except DecodeError as error:
        raise Unusable("the answer is not encoded as it says") from error
    except HTTPError as error:
        raise RequestException(f"the answer breaks off ({type(error).__name__})") from error
    if monotonic() > until:
        raise RequestException("the answer takes too long")
    return read
