"""What the summary of an introduction needs in a template."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.db import models
from django.template import Context
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from permits.introduction import edit
from permits.introduction.kind import INTRODUCTION, label
from permits.introduction.models import Species, SpeciesIntroduction
from permits.models import Application
from permits.rules import watch_list
from roles.access import units_of
from roles.models import Person

register = template.Library()


@register.simple_tag(takes_context=True)
def introduction_summary(context: Context, application: Application, submission: Any = "") -> dict[str, Any]:
    """An introduction for display, as `submission` has it; without one as was handed in last.

    Only the applicant's own people see an open draft, or a correction they are still working on, as it is now.
    """
    if not submission and not _own_draft(context.get("user"), application):
        submission = application.submissions.order_by("-act__seq").first()
    snapshot = submission.content["asked"] if submission else INTRODUCTION.snapshot(application)
    heads = [label(Species, name) for name in edit.SPECIES_FIELDS]
    return {
        "facts": [
            (label(SpeciesIntroduction, name), shown(SpeciesIntroduction, name, snapshot["introduction"][name]))
            for name in edit.HEAD_FIELDS
        ],
        "heads": heads,
        "species": [
            {
                "watched": watch_list.match(one["scientific_name"]) is not None,
                "cells": [
                    (head, shown(Species, name, one[name]))
                    for head, name in zip(heads, edit.SPECIES_FIELDS, strict=True)
                ],
            }
            for one in snapshot["species"]
        ],
    }


def shown(model: type[SpeciesIntroduction] | type[Species], name: str, value: Any) -> str:
    """A value of a snapshot as a reader sees it."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    field = model._meta.get_field(name)
    choices = dict(getattr(field, "choices", None) or ())
    if choices:
        return str(choices.get(value, value))
    if isinstance(field, models.DateField):
        return date_format(date.fromisoformat(value))
    return str(value)


def _own_draft(user: Any, application: Application) -> bool:
    return application.editable and isinstance(user, Person) and units_of(user).filter(pk=application.unit_id).exists()
