"""What the system says of a fault, in the language that is active: the kernel knows English alone."""

from __future__ import annotations

import errno
import socket
import ssl
from subprocess import CalledProcessError

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

CAUSES = {
    errno.ENOENT: gettext_lazy("there is no such file or folder"),
    errno.EACCES: gettext_lazy("this user may not"),
    errno.EPERM: gettext_lazy("this user may not"),
    errno.EROFS: gettext_lazy("it can only be read"),
    errno.ENOSPC: gettext_lazy("no room is left"),
    errno.EDQUOT: gettext_lazy("no room is left"),
    errno.EFBIG: gettext_lazy("no room is left"),
    errno.EISDIR: gettext_lazy("it is a folder"),
    errno.ENOTDIR: gettext_lazy("it is no folder"),
    errno.EEXIST: gettext_lazy("it is there already"),
    errno.EIO: gettext_lazy("the disk cannot be read or written"),
    errno.EADDRINUSE: gettext_lazy("it is in use"),
    errno.ECONNREFUSED: gettext_lazy("nobody answers there"),
    errno.ECONNRESET: gettext_lazy("the connection broke off"),
    errno.EPIPE: gettext_lazy("the connection broke off"),
    errno.ETIMEDOUT: gettext_lazy("no answer came in time"),
    errno.EHOSTUNREACH: gettext_lazy("there is no way there"),
    errno.ENETUNREACH: gettext_lazy("there is no way there"),
}
"""What is told of the numbers by which the kernel names a fault."""


def in_words(error: BaseException, where: object = "") -> str:
    """File, else `where` it was, and cause of an `OSError`, that a text is not UTF-8, what Django's validation says; of
    any other error what it says itself."""
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    if isinstance(error, CalledProcessError):
        return _("it ended with code %(code)s, and says above why") % {"code": error.returncode}
    if isinstance(error, UnicodeDecodeError):
        return _("it is no text in UTF-8")
    if not isinstance(error, OSError) or not (known := _known(error)):
        return str(error)
    place = error.filename or where
    return f"{place}: {known}" if place else known


def _known(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):  # bears a number of its own, which is none of the kernel's
        return ""
    if isinstance(error, socket.gaierror):
        return _("no such host is known")
    if isinstance(error, TimeoutError):
        return str(CAUSES[errno.ETIMEDOUT])
    return str(CAUSES.get(error.errno or 0, ""))
