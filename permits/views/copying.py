"""The page on which an earlier application becomes a new draft."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from permits.acts.copying import Earlier, copy_application, files_of
from permits.drafts.editing import get_draft
from permits.drafts.forms import TitleField
from permits.errors import BadFacts
from permits.kinds import kind_of
from permits.models import Application
from permits.views.once import once, token_for
from roles.requests import Signed


class CopyForm(forms.Form):
    """The title of the new draft, and which files go with it; one that is damaged cannot be chosen."""

    once = forms.CharField(widget=forms.HiddenInput, required=False)
    title = TitleField()
    taken = forms.MultipleChoiceField(
        label=gettext_lazy("Files to take over"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Choose only what still holds: papers may have run out since. The rest is handed in anew."
        ),
    )

    def __init__(self, *args: Any, earlier: list[Earlier], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(str(one.file.pk), f"{one.label} · {one.file.name}") for one in earlier if one.whole]
        self.fields["taken"].choices = offered  # type: ignore[attr-defined]
        if not offered:
            del self.fields["taken"]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def draft_copy(request: Signed, pk: int) -> HttpResponse:
    """Asks for the title and the files; then opens the new draft, once."""
    source = get_draft(request.user, pk, editable=False)
    earlier = files_of(source)
    posted = request.POST.copy() if request.method == "POST" else None
    form = CopyForm(posted, earlier=earlier, initial={"title": source.title})
    if form.is_bound and form.is_valid():
        made = _copied(request, source, form)
        if made is not None:
            messages.success(
                request,
                _("The draft was made from %(case)s. Look at every part: the facts of today count.") % {"case": source},
            )
            return redirect("draft", made)
    token = token_for(request.session)
    form.initial["once"] = token
    if posted is not None:
        posted["once"] = token
    context = {
        "application": source,
        "kind": kind_of(source),
        "form": form,
        "lost": [one for one in earlier if not one.whole],
    }
    return render(request, "permits/draft/copy.html", context, status=422 if form.is_bound else 200)


def _copied(request: Signed, source: Application, form: CopyForm) -> int | None:
    """The key of the draft that was made; None where the form says what is wrong."""
    said = form.cleaned_data
    files = [int(key) for key in said.get("taken", ())]

    def make() -> int:
        return int(copy_application(source.pk, by=request.user, title=said["title"], files=files).pk)

    try:
        made = once(request.session, said["once"], make)
    except BadFacts as bad:
        for field, message in bad.errors.items():
            form.add_error(field if field in form.fields else None, message)
        return None
    if made is None:
        form.add_error(
            None, _("This form was open for too long. Nothing was lost: look at it once more and send it again.")
        )
    return made
