"""The transparency log for everyone, without a login: a page in words, and what programs read, as C2SP tlog-tiles says.

Nothing here tells of a person or a case's content: leaves hold keys and hashes. Tiles never change, so whoever is on
the way may keep them; the checkpoint may not be older than the next one.
"""

from __future__ import annotations

import re
import struct
from functools import lru_cache
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from permits.ledger import verify
from permits.ledger.keys import UsedKey, used_keys
from permits.ledger.log import checkpoint, published
from permits.ledger.notes import PublicKey
from permits.ledger.tiles import WIDTH, Tiles, width_of
from permits.models import LogLeaf

_TILE = re.compile(r"(?P<index>(?:x[0-9]{3}/){0,4}[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?", re.ASCII)
MOST_LEVEL = 7
"""256 to the power of eight entries: more than keys of rows there are."""
for_ever = cache_control(public=True, max_age=365 * 24 * 3600, immutable=True)


@require_safe
def log_page(request: HttpRequest) -> HttpResponse:
    """What the log is, how large it is, and by which keys its checkpoints are verified."""
    newest = checkpoint()
    context = {
        "newest": newest,
        "note": published(newest) if newest else "",
        "origin": newest.note.partition("\n")[0] if newest else "",
        "keys": _keys_up_to(newest.key.verifier) if newest else [],
        "witnessed": [(PublicKey.parse(one.witness).name, one.seen_at) for one in newest.cosignatures.all()]
        if newest
        else [],
    }
    return render(request, "permits/log.html", context)


@lru_cache(maxsize=1)
def _keys_up_to(newest: str) -> list[UsedKey]:
    """The keys of the log while the key `newest` signs, looked for once: their days stand in every checkpoint, of which
    there is one a minute. The days of those before it stay, and its own last one is not told."""
    return used_keys()


@require_safe
@cache_control(public=True, max_age=5)
def log_checkpoint(request: HttpRequest) -> HttpResponse:
    """The newest signed note."""
    newest = checkpoint()
    if newest is None:
        raise Http404
    return HttpResponse(published(newest), content_type="text/plain; charset=utf-8")


@require_safe
def log_verifier(request: HttpRequest) -> HttpResponse:
    """The program that verifies bundles and proofs elsewhere, as a file: it needs nothing else of this one."""
    response = HttpResponse(Path(verify.__file__).read_bytes(), content_type="text/x-python; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="verify.py"'
    return response


@require_safe
@for_ever
def log_tile(request: HttpRequest, level: int, tile: str) -> HttpResponse:
    """Hashes of a tile, 32 bytes each, beside one another."""
    if level > MOST_LEVEL:
        raise Http404
    index, width = _asked(tile, level)
    return HttpResponse(b"".join(Tiles().hashes(level, index, width)), content_type="application/octet-stream")


@require_safe
@for_ever
def log_entries(request: HttpRequest, tile: str) -> HttpResponse:
    """Data of the leaves of a tile of level 0, each after its length in two bytes, the higher first."""
    index, width = _asked(tile, 0)
    first = index * WIDTH
    leaves = LogLeaf.objects.filter(number__gte=first, number__lt=first + width).order_by("number")
    entries = [data.encode() for data in leaves.values_list("data", flat=True)]
    bundle = b"".join(struct.pack(">H", len(entry)) + entry for entry in entries)
    return HttpResponse(bundle, content_type="application/octet-stream")


def _asked(tile: str, level: int) -> tuple[int, int]:
    """Number and width of a tile written as `x001/x234/067` or `x001/x234/067.p/8`. Raises Http404 for what is not
    written so, and for what the newest checkpoint does not cover."""
    found = _TILE.fullmatch(tile)
    if found is None:
        raise Http404
    index = int(found["index"].replace("x", "").replace("/", ""))
    width = int(found["width"] or WIDTH)
    if found["width"] and width >= WIDTH:  # a whole tile has one address, which names no width
        raise Http404
    newest = checkpoint()
    if _written(index) != found["index"] or width > width_of(level, index, newest.size if newest else 0):
        raise Http404
    return index, width


def _written(index: int) -> str:
    """The one way a number is written: three figures at a time, an x before all but the last."""
    parts = [f"{index % 1000:03}"]
    while index := index // 1000:
        parts.append(f"x{index % 1000:03}")
    return "/".join(reversed(parts))
