"""Pages without a login that cost work or could be guessed at: so many requests of a network, for all processes."""

from __future__ import annotations

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
    span = int(timezone.now().timestamp()) // rate.seconds
    network = salted_hmac("roles.rates", network_of(address)).hexdigest()[:32]
    with transaction.atomic():
        counts = NetworkCount.objects.filter(what=rate.what)
        counts.filter(span__lt=span).delete()
        row, _made = counts.get_or_create(what=rate.what, network=network, span=span)
        NetworkCount.objects.filter(pk=row.pk).update(count=F("count") + 1)
        row.refresh_from_db(fields=["count"])
    if row.count > rate.most:
        raise TooMany
