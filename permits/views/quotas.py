"""The quota books 定额、限额台账: what was allotted, what cases took, what is left; entered by the agency's head."""

from __future__ import annotations

from decimal import Decimal
from itertools import islice
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from permits.access import NATION, visible_to
from permits.acts import quota_books, quota_turns, quotas
from permits.contract.kind import Quota
from permits.errors import BadFacts, NotPermitted
from permits.kinds import kind_or_absent, kinds
from permits.models import QuotaBook, QuotaMovement
from roles.access import agencies_headed_by, reach_of
from roles.days import local_today
from roles.misread import page_of
from roles.models import Jurisdiction, Mandate, Person
from roles.models.mandates import in_matrix
from roles.requests import Signed, posted

PER_PAGE = 50
YEARS_AHEAD = 1
WAITING = 50
"""Waiting cases that the page of a book names: what each lacks is read from the case itself."""
Change = QuotaMovement.Change


class AmountForm(forms.Form):
    """An amount and the document that gives it."""

    amount = forms.DecimalField(
        label=gettext_lazy("Amount"),
        max_digits=14,
        decimal_places=4,
        min_value=Decimal(-1_000_000_000),
        max_value=Decimal(1_000_000_000),
    )
    document = forms.CharField(label=gettext_lazy("Document (title and number)"), max_length=200)

    def clean_amount(self) -> Decimal:
        """Nothing is no amount."""
        amount: Decimal = self.cleaned_data["amount"]
        if not amount:
            raise forms.ValidationError(_("Nothing is no amount."))
        return amount


class DocumentForm(forms.Form):
    """The document alone."""

    document = forms.CharField(label=gettext_lazy("Document (title and number)"), max_length=200)


def _measured(quota: Quota) -> str:
    """What a quota is called, with its unit."""
    return _("%(label)s (%(condition)s)") % {"label": quota.label, "condition": quota.unit}


class AllotForm(AmountForm):
    """An allotment: of which kind, where, in which year."""

    book = forms.ChoiceField(label=gettext_lazy("Quota of"))
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=2000, max_value=2100)
    field_order = ("book", "year", "amount", "document")

    def __init__(self, person: Person, data: Any = None) -> None:
        super().__init__(data, initial={"year": local_today().year})
        self.fields["book"].choices = [  # type: ignore[attr-defined]
            (f"{kind.code}:{place.pk}", f"{place} · " + _measured(kind.quota)) for kind, place in answered_for(person)
        ]
        self.fields["amount"].help_text = _("A later document may take some of it back: write the amount with a minus.")

    def clean_year(self) -> int:
        """Not later than next year: nobody allots further ahead."""
        year: int = self.cleaned_data["year"]
        last = local_today().year + YEARS_AHEAD
        if year > last:
            raise forms.ValidationError(_("At most the year %(year)d.") % {"year": last})
        return year


def answered_for(person: Person) -> list[tuple[Any, Jurisdiction]]:
    """The kinds and districts for whose quota an agency headed by `person` answers."""
    headed = agencies_headed_by(person)
    found = []
    for kind in kinds():
        if kind.quota is None:
            continue
        mandates = Mandate.objects.filter(in_matrix(), kind=kind.code, duty__in=quotas.ANSWERING, agency__in=headed)
        places = Jurisdiction.objects.filter(
            Q(mandates__in=mandates) | Q(parent__mandates__in=mandates), level="district"
        )
        found += [(kind, place) for place in places.distinct().order_by("code")]
    return found


def known_to(person: Person) -> QuerySet[QuotaBook]:
    """The books of the kinds and places of which `person` has a mandate, or heads an agency that has one."""
    found = Q(pk__in=[])
    for kind, place, part in reach_of(person).places:
        places = {place, part or place}
        of_kind = Q(kind=kind) if kind else Q()
        found |= of_kind if place == NATION else of_kind & Q(jurisdiction__in=places)
    return QuotaBook.objects.filter(found).select_related("jurisdiction")


def _refuse_strangers(person: Person) -> None:
    if not reach_of(person).places:
        raise NotPermitted(_("The quota books are the agencies'."))


@login_required
def quota_list(request: Signed) -> HttpResponse:
    """Every book of the person's kinds and places with its sums, and the form by which a head allots."""
    _refuse_strangers(request.user)
    answering = bool(agencies_headed_by(request.user).exists())
    form = AllotForm(request.user, posted(request)) if answering else None
    if form is not None and form.is_valid():
        code, place = form.cleaned_data["book"].split(":")
        try:
            movement = quotas.allot(
                code, get_object_or_404(Jurisdiction, pk=place), form.cleaned_data["year"],
                form.cleaned_data["amount"], document=form.cleaned_data["document"], by=request.user,
            )  # fmt: skip
        except BadFacts as bad:
            _into(form, bad)
        else:
            messages.success(request, _("The quota was entered."))
            return redirect("quota", movement.book_id)
    elif request.method == "POST" and form is None:
        raise NotPermitted(_("Only the head of an agency that reviews or decides these permits there does this."))
    page = page_of(request, Paginator(known_to(request.user), PER_PAGE))
    rows = _with_sums(list(page))
    context = {
        "page_obj": page,
        "rows": rows,
        "some_gone": any(row["gone"] for row in rows),
        "form": form if form and _has_books(form) else None,
    }
    return render(request, "permits/quota_list.html", context, status=422 if form is not None and form.errors else 200)


def _has_books(form: AllotForm) -> bool:
    return bool(form.fields["book"].choices)  # type: ignore[attr-defined]


def _with_sums(books: list[QuotaBook]) -> list[dict[str, Any]]:
    """The sums of many books: one query."""
    moved = (
        QuotaMovement.objects.filter(book__in=books).order_by().values_list("book", "change").annotate(Sum("amount"))
    )
    sums: dict[int, dict[str, Decimal]] = {}
    for book, change, amount in moved:
        sums.setdefault(book, {})[change] = quota_books.exact(amount)
    return [_row(book, sums.get(book.pk, {})) for book in books]


def _row(book: QuotaBook, sums: dict[str, Decimal]) -> dict[str, Any]:
    given = sum((sums.get(one, quota_books.NONE) for one in (Change.ALLOTTED, Change.CARRIED_IN)), quota_books.NONE)
    reserved = -sum((sums.get(one, quota_books.NONE) for one in (Change.RESERVED, Change.RELEASED)), quota_books.NONE)
    return {
        "book": book,
        "kind": kind_or_absent(book.kind),
        "given": given,
        "reserved": reserved,
        "deducted": -sum(
            (sums.get(one, quota_books.NONE) for one in (Change.DEDUCTED, Change.RETURNED)), quota_books.NONE
        ),
        "gone": -sum(
            (sums.get(one, quota_books.NONE) for one in (Change.CARRIED_OUT, Change.LAPSED)), quota_books.NONE
        ),
        "left": sum(sums.values(), quota_books.NONE),
    }


@login_required
@require_safe
def quota(request: Signed, pk: int) -> HttpResponse:
    """One book: the cases that wait in it, every movement with its case or document. 404 for who may not know of it."""
    return _page(request, get_object_or_404(known_to(request.user), pk=pk))


def _page(
    request: Signed, book: QuotaBook, carry: forms.Form | None = None, lapse: forms.Form | None = None
) -> HttpResponse:
    """The page of one book: its movements, who waits, and for the agency that answers for it the two forms."""
    moved = book.movements.select_related("application__unit", "person", "agency").order_by("-seq")
    page = page_of(request, Paginator(moved, PER_PAGE))
    waiting = list(islice(quota_turns.waiting(book), WAITING + 1))
    cases = {row.application_id for row in page if row.application_id} | {one.case.pk for one in waiting}
    answers = quotas.answering_agency(request.user, book.kind, book.jurisdiction)
    over = quotas.over(book)
    context = {
        **_row(book, quota_books.used_in(book)),
        "page_obj": page,
        "waiting": waiting[:WAITING],
        "more_wait": len(waiting) > WAITING,
        "visible": set(visible_to(request.user).filter(pk__in=cases).values_list("pk", flat=True)),
        "carry": (carry or AmountForm()) if answers else None,
        "lapse": lapse or (DocumentForm() if answers and over else None),
        "over": over,
    }
    bad = any(form is not None and form.errors for form in (carry, lapse))
    return render(request, "permits/quota.html", context, status=422 if bad else 200)


@login_required
@require_POST
def quota_carry(request: Signed, pk: int) -> HttpResponse:
    """What is left goes over to the next year's book."""
    book = get_object_or_404(known_to(request.user), pk=pk)
    form = AmountForm(request.POST)
    if form.is_valid():
        try:
            quotas.carry_over(
                book, form.cleaned_data["amount"], document=form.cleaned_data["document"], by=request.user
            )
        except BadFacts as bad:
            _into(form, bad)
        else:
            messages.success(request, _("The amount was carried over to the next year."))
            return redirect("quota", pk)
    return _page(request, book, carry=form)


@login_required
@require_POST
def quota_lapse(request: Signed, pk: int) -> HttpResponse:
    """What is left of a year that is over lapses."""
    book = get_object_or_404(known_to(request.user), pk=pk)
    form = DocumentForm(request.POST)
    if form.is_valid():
        try:
            quotas.lapse(book, document=form.cleaned_data["document"], by=request.user)
        except BadFacts as bad:
            _into(form, bad)
        else:
            messages.success(request, _("What was left has lapsed."))
            return redirect("quota", pk)
    return _page(request, book, lapse=form)


def _into(form: forms.Form, bad: BadFacts) -> None:
    for name, message in bad.errors.items():
        form.add_error(name if name in form.fields else None, message)
