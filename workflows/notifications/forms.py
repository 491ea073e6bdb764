"""What a person chooses about e-mails."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from roles.models import Person
from workflows.models import MailChoice
from workflows.notifications.making import mails
from workflows.notifications.table import Group


class ChoicesForm(forms.Form):
    """One box for each group of news, and the language mails are written in."""

    language = forms.ChoiceField(label=_("Language of e-mails"), choices=settings.LANGUAGES)

    def __init__(self, data: Any = None, *, person: Person) -> None:
        super().__init__(data, initial={"language": person.language})
        self.person = person
        for group in Group:
            self.fields[group.value] = forms.BooleanField(
                label=group.label, required=False, initial=mails(person, group)
            )

    @transaction.atomic
    def save(self) -> None:
        """Keep the choices."""
        for group in Group:
            MailChoice.objects.update_or_create(
                person=self.person, group=group, defaults={"by_mail": self.cleaned_data[group.value]}
            )
        self.person.language = self.cleaned_data["language"]
        self.person.save(update_fields=["language"])
