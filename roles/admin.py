"""The roles' tables in Django's admin. What the data files hold is read only there; nothing is deleted anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from roles.models import (
    Agency,
    AgencyGrant,
    Jurisdiction,
    Mandate,
    MandateGrant,
    Membership,
    OperatingUnit,
    Person,
    Post,
    SourceDocument,
    UnitGrant,
)

if TYPE_CHECKING:  # generic for the type checker only
    Table = admin.ModelAdmin[Any]
    Accounts = UserAdmin[Person]
else:
    Table, Accounts = admin.ModelAdmin, UserAdmin


class Kept:
    """Rows are never deleted: acts and histories name them."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnly(Kept):
    """Rows that the data files or the verbs of `roles.appointments` write, and people only read."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Jurisdiction)
class JurisdictionAdmin(ReadOnly, Table):
    list_display = ("code", "name", "name_en", "level", "parent")
    list_filter = ("level",)
    search_fields = ("code", "name")


@admin.register(SourceDocument)
class SourceDocumentAdmin(ReadOnly, Table):
    list_display = ("code", "title", "number", "issued_on", "valid_from", "valid_to")
    search_fields = ("code", "title")


@admin.register(Agency)
class AgencyAdmin(ReadOnly, Table):
    list_display = ("slug", "name", "level", "jurisdiction", "uscc")
    list_filter = ("level", "jurisdiction")
    search_fields = ("slug", "name", "short_name")


@admin.register(Mandate)
class MandateAdmin(ReadOnly, Table):
    list_display = ("key", "agency", "duty", "kind", "scope", "jurisdiction", "basis", "valid_to", "ended_on")
    list_filter = ("kind", "duty", "basis", "document")
    list_select_related = ("agency", "jurisdiction")
    search_fields = ("key", "matter", "clause")


@admin.register(OperatingUnit)
class OperatingUnitAdmin(Kept, Table):
    list_display = ("name", "kind", "jurisdiction", "uscc")
    list_filter = ("kind", "jurisdiction")
    search_fields = ("name", "uscc")

    def save_model(self, request: HttpRequest, obj: OperatingUnit, form: Any, change: bool) -> None:
        """A credit code that fails the check is kept, and said to be odd."""
        super().save_model(request, obj, form, change)
        for warning in obj.uscc_warnings:
            messages.warning(request, _("credit code: %(problem)s") % {"problem": warning})


@admin.register(Post)
class PostAdmin(Kept, Table):
    list_display = ("slug", "name", "agency", "unit")
    list_select_related = ("agency", "unit")
    search_fields = ("slug", "name")


@admin.register(Membership)
class MembershipAdmin(ReadOnly, Table):
    list_display = ("person", "post", "since", "until", "appointed_by", "dismissed_by")
    list_select_related = ("person", "post", "appointed_by", "dismissed_by")
    search_fields = ("person__name", "person__username", "post__name")


@admin.register(MandateGrant, AgencyGrant, UnitGrant)
class GrantAdmin(ReadOnly, Table):
    list_display = ("content_object", "permission", "group", "since", "until", "granted_by", "ground")
    list_select_related = ("content_object", "permission__content_type", "group", "granted_by")


@admin.register(Person)
class PersonAdmin(Kept, Accounts):
    """Accounts. Groups and permissions come from posts, so they are not set by hand."""

    list_display = ("username", "name", "language", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff", "language")
    search_fields = ("username", "name")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Personal info"), {"fields": ("name", "email", "phone", "language")}),
        (_("Permissions"), {"fields": ("is_active", "is_staff", "is_superuser")}),
        (_("Important dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"classes": ("wide",), "fields": ("username", "name", "usable_password", "password1", "password2")}),
    )
    filter_horizontal = ()
