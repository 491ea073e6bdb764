"""What another server answers, read within bounds of size and time, whatever it does.

`requests` tells of what goes wrong until the answer begins; what goes wrong while its body is read by hand is told in
errors of urllib3, which are no RequestException.
"""

from __future__ import annotations

from time import monotonic

from requests import RequestException, Response
from urllib3.exceptions import DecodeError, HTTPError

PIECE = 65536


class Unusable(RequestException):
    """The other server answered, but not as it should."""


def read_bounded(answer: Response, *, most: int, until: float) -> bytes:
    """The body of an `answer` asked for with `stream`. `most` in bytes, `until` as `time.monotonic()` counts.

    Raises Unusable for a longer body and for one that is not encoded as it says; RequestException for one that breaks
    off, falls silent for the time-out of the request, or is not there by then. What they say names no address: one may
    hold a password.
    """
    read = b""
    try:
        while part := answer.raw.read1(PIECE, decode_content=True):
            read += part
            if len(read) > most:
                raise Unusable(f"the answer is longer than {most} bytes")
            if monotonic() > until:
                raise RequestException("the answer takes too long")
    except DecodeError as error:
        raise Unusable("the answer is not encoded as it says") from error
    except HTTPError as error:
        raise RequestException(f"the answer breaks off ({type(error).__name__})") from error
    return read
