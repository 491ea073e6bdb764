"""Forms of people, posts, bodies and rights: each checks shape only, and hands what was said to its verb."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from roles.accounts import account_faults
from roles.authority import Role, administers, may_staff
from roles.citing import lines_in_words
from roles.days import local_today
from roles.forms import DayField
from roles.models import Agency, Jurisdiction, Mandate, OperatingUnit, Person, Post
from roles.models.mandates import WORKING_DUTIES

Done = TypeVar("Done")
OF_AN_ACCOUNT = ("login", "name", "number", "email", "phone")
GROUND_HELP = _("The paper it rests on: number and title.")
NOT_PLAIN = _("A login has the letters a to z, Chinese characters, digits and @ . + - _ only.")


class VerbForm(forms.Form):
    """A form whose answer is a verb: what the verb finds wrong is told at the field."""

    def run(self, verb: Callable[..., Done], *arguments: Any, **facts: Any) -> Done | None:
        """What the verb gives back; None where it refused, told at the fields."""
        try:
            return verb(*arguments, **facts)
        except ValidationError as fault:
            known = fault.message_dict if hasattr(fault, "error_dict") else {"": fault.messages}
            for field, messages in known.items():
                self.add_error(field if field in self.fields else None, messages)
            return None

    def does(self, verb: Callable[..., object], *arguments: Any, **facts: Any) -> bool:
        """Whether the verb did it."""
        return self.run(verb, *arguments, **facts) is not None


class GroundForm(VerbForm):
    """Only why: for what ends or begins without more."""

    ground = forms.CharField(label=_("Paper relied on"), max_length=200, help_text=GROUND_HELP)


class TermForm(GroundForm):
    """From when to when, and why."""

    since = DayField(label=_("From"))
    until = DayField(label=_("To, both days counted"), required=False)
    field_order = ("person", "since", "until", "ground")

    def __init__(self, data: Any = None, **options: Any) -> None:
        options.setdefault("initial", {})["since"] = local_today()
        super().__init__(data, **options)

    def clean_until(self) -> date | None:
        """Not a day that has passed: nobody would ever have held it."""
        until: date | None = self.cleaned_data["until"]
        if until and until < local_today():
            raise ValidationError(_("The last day has passed already: give today or a later day."))
        return until


class LoginField(forms.CharField):
    """An account by its login: nobody is offered a list of everybody."""

    def clean(self, value: Any) -> Person:
        """The person. Raises ValidationError where there is none, or the account is closed."""
        person = Person.objects.filter(username__iexact=super().clean(value), is_active=True).first()
        if person is None:
            raise ValidationError(_("There is no open account with this login."))
        return person


class AppointForm(TermForm):
    """Who takes a post."""

    person = LoginField(label=_("Login of the person"), max_length=150)


class EndForm(GroundForm):
    """The last day, and why."""

    until = DayField(label=_("Last day"), required=False, help_text=_("Left empty, it ends at once."))
    field_order = ("until", "ground")


class PostForm(VerbForm):
    """A new post."""

    name = forms.CharField(label=_("Name of the post"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=160, required=False)


class PostField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Posts with the body they belong to: many bodies have posts of one name."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.body} · {obj}"


class PersonForm(VerbForm):
    """A new account; at once in a post, where `by` fills any."""

    name = forms.CharField(label=_("Full name"), max_length=60)
    login = forms.RegexField(
        r"^[\w.@+-]+$",
        label=_("Login"),
        max_length=60,
        error_messages={"invalid": NOT_PLAIN},
        help_text=_("Letters a to z, Chinese characters, digits and @ . + - _; it stays for good."),
    )
    number = forms.CharField(
        label=_("Resident identity number"), max_length=20, required=False,
        help_text=_("So that one person has one account. Only a code made from it is kept, never the number."),
    )  # fmt: skip
    email = forms.EmailField(label=_("E-mail"), required=False, help_text=_("The one-time link is sent there."))
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    post = PostField(label=_("Post"), queryset=Post.objects.none(), required=False, empty_label="—")
    ground = forms.CharField(
        label=_("Ground of the appointment"), max_length=200, required=False, help_text=GROUND_HELP
    )

    def __init__(self, data: Any = None, *, by: Person, posts: QuerySet[Post], **options: Any) -> None:
        super().__init__(data, **options)
        fillable = [post.pk for post in posts.select_related("agency", "unit") if may_staff(by, post)]
        self.fields["post"].queryset = Post.objects.filter(pk__in=fillable).select_related("agency", "unit")  # type: ignore[attr-defined]
        self.fields["post"].required = administers(by) != Role.SYSTEM

    def clean(self) -> dict[str, Any]:
        """An appointment says what it rests on; and what the verb would refuse of the account is told beside it."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("post") and not said.get("ground"):
            self.add_error("ground", _("This field is required."))
        told = set(self.errors)
        for field, wrong in account_faults(**{name: said.get(name, "") for name in OF_AN_ACCOUNT}).items():
            if field not in told:
                self.add_error(field, wrong)
        return said


class AccountForm(GroundForm):
    """What of an account changes, and why."""

    name = forms.CharField(label=_("Full name"), max_length=60)
    email = forms.EmailField(
        label=_("E-mail"), required=False, help_text=_("Another one is told to the old address and to the new one.")
    )
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    field_order = ("name", "email", "phone", "language", "ground")


class AddressForm(VerbForm):
    """The address one's own mails shall go to."""

    email = forms.EmailField(
        label=_("New e-mail address"), max_length=254, help_text=_("A link is sent there, by which you confirm it.")
    )
    ground = forms.CharField(label=_("Reason"), max_length=200)


class AdministratorForm(GroundForm):
    """Which of the administrators somebody becomes."""

    role = forms.ChoiceField(
        label=_("Role"), choices=[choice for choice in Role.choices if choice[0] != Role.SECURITY.value]
    )
    field_order = ("role", "ground")


class GrantForm(TermForm):
    """Which right a post gets: a mandate of its agency, to head it, to apply for its unit, or to manage it."""

    right = forms.ChoiceField(label=_("Right"))
    field_order = ("right", "since", "until", "ground")

    def __init__(self, data: Any = None, *, post: Post, **options: Any) -> None:
        super().__init__(data, **options)
        self.body = post.body
        self.mandates: dict[str, Mandate] = {}
        leading: list[tuple[str, Any]] = [("apply_for", _("Applies for the unit")), ("manage", _("Manages the unit"))]
        if isinstance(self.body, Agency):
            leading = [("head", _("Heads the agency"))]
            mandates = Mandate.objects.filter(agency=self.body, duty__in=WORKING_DUTIES, ended_on=None)
            self.mandates = {str(one.pk): one for one in mandates.select_related("jurisdiction", "document")}
        choices = [("", "—"), *leading, *((key, named(one)) for key, one in self.mandates.items())]
        self.fields["right"].choices = choices  # type: ignore[attr-defined]

    def target(self) -> Mandate | Agency | OperatingUnit:
        """What is granted: the mandate chosen, else the body itself."""
        return self.mandates.get(self.cleaned_data["right"], self.body)


def named(mandate: Mandate) -> str:
    """A mandate as duty, matter, place and where it is written."""
    return f"{mandate.get_duty_display()} · {what_of(mandate)}"


def what_of(mandate: Mandate) -> str:
    """Matter, place and where it is written: two duties of one name, place and matter are told apart by that."""
    place = f"{mandate.jurisdiction} · {mandate.scope_name}" if mandate.scope else str(mandate.jurisdiction)
    return f"{mandate.matter_name} · {place} · {mandate.document} {lines_in_words(mandate.line)}"


class AgencyForm(VerbForm):
    """What registers say of an agency. What its papers say of it its head enters: roles/official_data.py."""

    uscc = forms.CharField(label=_("Unified social credit code"), max_length=18, required=False)


class UnitForm(VerbForm):
    """An operating unit, as its papers name it."""

    name = forms.CharField(label=_("Name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=160, required=False)
    kind = forms.ChoiceField(label=_("Kind of unit"), choices=OperatingUnit.Kind.choices)
    jurisdiction = forms.ModelChoiceField(
        label=_("Seat"), queryset=Jurisdiction.objects.order_by("code"), empty_label="—"
    )
    uscc = forms.CharField(label=_("Unified social credit code"), max_length=18, required=False)
    representative = forms.CharField(label=_("Legal representative"), max_length=60, required=False)
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
