"""Asking the witnesses of WITNESS_URLS to sign the newest checkpoint: the client of C2SP tlog-witness.

Specification: c2sp.org/tlog-witness. A witness is sent the checkpoint with the proof that the log only grew since the
size the witness saw last; it verifies that and answers with its cosignature. What size that was it tells itself (409),
so nothing of it is remembered here. An answer is kept only with the signature of a key in LOG_WITNESSES that holds.
"""

from __future__ import annotations

import base64
import logging
from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _

from permits.ledger.keys import witnesses
from permits.ledger.log import accept_cosignatures, checkpoint, prove_growth
from permits.ledger.notes import BadNote
from permits.ledger.outside import shown
from permits.models import LogCheckpoint, LogCosignature

log = logging.getLogger(__name__)
SECONDS, PATIENCE = 10, 30
"""Without a byte, and for one answer, after which a witness is given up."""
MOST_BYTES = 64 * 1024
"""Of an answer; a cosignature has some 150."""
DISSENT: Final = "witnesses-that-know-another-log"
KEPT: Final = 24 * 60 * 60
"""Seconds an alarm of the log is told after the last run that gave it; the next run is a minute later."""


class WitnessFailed(OSError):
    """A witness that could not be asked, or gave no answer that can be used. It is asked again by the next run."""


class OtherLogSeen(Exception):
    """A witness signed a log under this name that this one does not begin with, or is shorter than: this log was cut
    off or made anew, or another is shown elsewhere. Not a matter of trying again."""


def cosign() -> int:
    """Have the newest checkpoint signed by the witnesses that did not yet; returns how many signatures came.

    A witness that fails keeps no other from being asked, and is told in the log. One that knows another log is asked
    again by each run, and told by `dissent`, until it signs: also one whose key LOG_WITNESSES does not name. Raises
    OtherLogSeen, after all were asked, with what the first that says so now said.
    """
    newest, other = checkpoint(), dissent()
    if newest is None or not (other or _unsigned(newest)):
        return 0
    came, seen_now = 0, list[OtherLogSeen]()
    for url in settings.WITNESS_URLS:
        try:
            came += len(accept_cosignatures(newest.note + ask(url, newest)))
            other.pop(shown(url), None)
        except (WitnessFailed, BadNote) as failed:
            log.warning("The witness %s did not sign: %s", shown(url), failed)
        except OtherLogSeen as seen:
            log.error("The witness %s knows another log: %s", shown(url), seen)
            told = _("The witness %(witness)s knows another log: %(problem)s")
            other[shown(url)] = told % {"witness": shown(url), "problem": seen}
            seen_now.append(OtherLogSeen(other[shown(url)]))
    cache.set(DISSENT, other, KEPT)
    if seen_now:
        raise seen_now[0]
    return came


def dissent() -> dict[str, str]:
    """What witnesses said that know another log, by their addresses, until they sign or are asked no more: one that is
    only silent now took nothing back."""
    asked = {shown(url) for url in settings.WITNESS_URLS}
    return {url: said for url, said in cache.get(DISSENT, {}).items() if url in asked}


def unsigned_since() -> LogCheckpoint | None:
    """The first checkpoint after the last that any witness signed; None where there is none, or nobody is asked."""
    if not settings.WITNESS_URLS:
        return None
    last = LogCosignature.objects.order_by("-checkpoint_id").values_list("checkpoint_id", flat=True).first()
    return LogCheckpoint.objects.filter(pk__gt=last or 0).order_by("pk").first()


def _unsigned(newest: LogCheckpoint) -> bool:
    if not settings.WITNESS_URLS:
        return False
    signed = set(newest.cosignatures.values_list("witness", flat=True))
    return any(str(key) not in signed for key in witnesses())


def ask(url: str, made: LogCheckpoint) -> str:
    """The cosignature lines of the witness at `url` (its submission prefix) for this checkpoint, not verified yet.

    Raises WitnessFailed, OtherLogSeen.
    """
    signed = LogCosignature.objects.order_by("-checkpoint__size").values_list("checkpoint__size", flat=True).first()
    status, answer = _post(url, _request(min(signed or 0, made.size), made))
    if status == 409:
        seen = _size(answer)
        if seen > made.size:
            raise OtherLogSeen(
                _("it signed %(seen)s entries, this log has %(size)s") % {"seen": seen, "size": made.size}
            )
        status, answer = _post(url, _request(seen, made))
        if status == 409 and _size_or_none(answer) in (None, seen):
            raise OtherLogSeen(_("its %(seen)s entries have another root than this log's") % {"seen": seen})
    if status == 422:
        raise OtherLogSeen(_("the log did not grow out of the one it signed: it refuses the proof"))
    if status != 200:
        raise WitnessFailed(f"it answered {status}")
    return answer


def _request(old: int, made: LogCheckpoint) -> str:
    """As the specification writes it: the old size, the proof, an empty line, the checkpoint."""
    proof = [base64.b64encode(hash).decode() for hash in prove_growth(old, made.size)]
    return "\n".join([f"old {old}", *proof, "", made.note])


def _size(answer: str) -> int:
    found = _size_or_none(answer)
    if found is None:
        raise WitnessFailed("it answered 409 without a size")
    return found


def _size_or_none(answer: str) -> int | None:
    """The size in the body of a 409, a decimal and a line feed."""
    digits = answer.removesuffix("\n")
    plain = digits.isascii() and digits.isdigit() and len(digits) < 19
    return int(digits) if plain else None


def _post(url: str, body: str) -> tuple[int, str]:
    import requests  # here, not above: few processes send, and none does at its start

    from roles.peers import Bounded, Unusable

    to, heads = f"{url.rstrip('/')}/add-checkpoint", {"Content-Type": "text/plain; charset=utf-8"}
    try:
        with Bounded() as session:
            answer = session.ask(
                "POST", to, data=body.encode(), headers=heads, silence=SECONDS, patience=PATIENCE, most=MOST_BYTES
            )
        return answer.status_code, answer.content.decode()
    except Unusable as error:
        raise WitnessFailed(f"its answer is of no use: {error}") from error
    except requests.RequestException as error:
        raise WitnessFailed(f"it cannot be reached ({type(error).__name__})") from error
    except UnicodeDecodeError as error:
        raise WitnessFailed("its answer is no text") from error
