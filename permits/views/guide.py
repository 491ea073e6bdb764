"""The guide 办事指南 for everyone: who does what, what is asked for, how long, on which law. No login, no data."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from msgspec import Struct

from permits import kinds
from permits.contract.kind import Kind
from permits.drafts.guidance import districts_for, guide
from permits.rules.base import REGISTRY
from permits.rules.places import place_of
from permits.tables.kind import TableKind
from permits.text.citing import articles_said, order_of, source_said
from roles.days import local_today
from roles.models import Agency, Jurisdiction
from roles.models.official import Datum
from roles.official_data import official_data

SHOWN: Sequence[Datum] = (Datum.ADDRESS, Datum.CONTACT, Datum.PHONE)


class Law(Struct, frozen=True):
    """A source and the articles of it that the rules apply, in the reader's language."""

    source: str
    articles: str


def kind_or_404(code: str) -> Kind:
    """The installed kind of this code. Raises Http404."""
    try:
        return kinds.kind(code)
    except KeyError:
        raise Http404 from None


def by_city(places: Sequence[Jurisdiction]) -> list[tuple[Jurisdiction | None, list[Jurisdiction]]]:
    """Districts under their municipality, in the order of the codes."""
    return [(city, list(some)) for city, some in groupby(places, key=lambda one: one.parent)]


@require_safe
def guide_list(request: HttpRequest) -> HttpResponse:
    """Every kind, with the districts for which somebody accepts applications."""
    listed = [
        {"kind": one, "cities": by_city(list(districts_for(one))), "checks": isinstance(one, TableKind)}
        for one in kinds.kinds()
    ]
    return render(request, "permits/guide_list.html", {"listed": listed})


@require_safe
def guide_page(request: HttpRequest, kind: str, district: str) -> HttpResponse:
    """The guide of one kind for land in one district."""
    asked = kind_or_404(kind)
    place = districts_for(asked).filter(pk=district).first()
    if place is None:
        raise Http404
    found = guide(kind, place)
    context = {
        "kind": asked,
        "district": place,
        "guide": found,
        "fee": bool(getattr(getattr(asked, "case", None), "fee", None)),
        "laws": laws(kind, place.pk),
        "agencies": [(one, told_of(one, kind)) for one in found.agencies],
        "checks": isinstance(asked, TableKind),
    }
    return render(request, "permits/guide.html", context)


def laws(kind: str, district: str) -> list[Law]:
    """What the rules in force today for that place rest on, as they cite it: each source once."""
    today = local_today()
    cited = {
        (str(one.source), str(one.article))
        for rule in REGISTRY.of(kind, place_of(district), today)
        for one in rule.citations
    }
    return [
        Law(source_said(source), _(", ").join(articles_said(article) for _source, article in some))
        for source, some in groupby(sorted(cited, key=_in_order), key=lambda one: one[0])
    ]


def _in_order(cited: tuple[str, str]) -> tuple[str, tuple[int, ...], int, str]:
    source, article = cited
    return source, order_of(article), len(article), article  # of lines the shorter is the smaller number


def told_of(agency: Agency, kind: str) -> list[tuple[str, str]]:
    """Address, contact and telephone, where they are known."""
    known = official_data(agency, local_today(), kind)
    return [(capfirst(str(datum.label)), known[datum]) for datum in SHOWN if datum in known]
