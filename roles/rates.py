"""Pages without a login that cost work or could be guessed at: so many requests of a network, for all processes."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac
from msgspec import Struct

from roles.locks import network_of
from roles.models import NetworkCount


class Rate(Struct, frozen=True):
    """At most `most` requests for `what` from one network in `seconds`."""

    what: str
    most: int
    seconds: int


class TooMany(Exception):
    """The network asked too often; in a while it may again."""


def insist_rate(rate: Rate, address: str | None) -> None:
    """Count one request from `address`. Raises TooMany beyond the rate. Spans that are over are forgotten."""
    if count_one(rate, address) > rate.most:
        raise TooMany


def insist_left(rate: Rate, address: str | None) -> None:
    """For what counts only when it fails, by `count_one`: raises TooMany where `address` used its rate up."""
    if NetworkCount.objects.filter(what=rate.what, count__gte=rate.most, **_counted(rate, address)).exists():
        raise TooMany


def count_one(rate: Rate, address: str | None) -> int:
    """Count one request from `address`, whatever the rate allows. Returns how many that makes in this span."""
    by = _counted(rate, address)
    with transaction.atomic():
        counts = NetworkCount.objects.filter(what=rate.what)
        counts.filter(span__lt=by["span"]).delete()
        row, _made = counts.get_or_create(what=rate.what, **by)
        NetworkCount.objects.filter(pk=row.pk).update(count=F("count") + 1)
        row.refresh_from_db(fields=["count"])
    return row.count


def _counted(rate: Rate, address: str | None) -> dict[str, Any]:
    """The span of now and the network, as a count is kept by them."""
    network = salted_hmac("roles.rates", network_of(address)).hexdigest()[:32]
    return {"network": network, "span": int(timezone.now().timestamp()) // rate.seconds}
