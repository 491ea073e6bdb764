"""What a person chooses about e-mails."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from roles.models import Person
from workflows.models import How, MailChoice
from workflows.notifications.making import how_mailed
from workflows.notifications.table import Group


class ChoicesForm(forms.Form):
    """For each group of news whether it is mailed at once, once a day or not; and the language mails are written in.

    A group that was not sent stays as it is."""

    def __init__(self, data: Any = None, *, person: Person) -> None:
        super().__init__(data, initial={"language": person.language})
        self.person = person
        for group in Group:
            self.fields[group.value] = forms.ChoiceField(
                label=group.label, required=False, choices=How.choices, initial=how_mailed(person, group)
            )
        self.fields["language"] = forms.ChoiceField(label=_("Language of e-mails"), choices=settings.LANGUAGES)

    @transaction.atomic
    def save(self) -> None:
        """Keep the choices."""
        for group in Group:
            if how := self.cleaned_data[group.value]:
                chosen = {"by_mail": how != How.NEVER, "daily": how == How.DAILY}
                MailChoice.objects.update_or_create(person=self.person, group=group, defaults=chosen)
        self.person.language = self.cleaned_data["language"]
        self.person.save(update_fields=["language"])
