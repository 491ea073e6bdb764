"""People, the posts they hold, and since when."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import AbstractUser, Group
from django.db import models, transaction
from django.db.models import Q
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from roles.models.bodies import Agency, Named, OperatingUnit
from roles.models.names import LineField

kept_form_renewed = Signal()
"""Sent inside the transaction, with `person` and the form `before`: the same password is kept in a newer form."""


class Person(AbstractUser):
    """Someone with an account. Never deleted, only deactivated: the record of acts names them."""

    reference_data = ("name", "is_active")

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = LineField(_("full name"), max_length=60)
    phone = LineField(_("telephone"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="zh-hans")
    identity = models.CharField(_("identity"), max_length=64, unique=True, null=True, blank=True, editable=False)
    """Keyed hash of the identity number (roles.identity): one human has one account."""

    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)

    def check_password(self, raw_password: str | None) -> bool:
        """Whether it is the password. As Django's own, but where the kept form is renewed on the way the security log
        tells from what to what: else it would look like one changed by hand."""
        return check_password(raw_password, self.password, self._renew)

    def _renew(self, raw_password: str) -> None:
        before = self.password
        self.set_password(raw_password)
        self._password = None  # no new password: no validator is told
        with transaction.atomic():
            self.save(update_fields=["password"])
            kept_form_renewed.send(sender=type(self), person=self, before=before)


class Post(Named):
    """A post 岗位 in an agency or an operating unit. Grants are given to its group, never to a person."""

    reference_data = True

    slug = models.SlugField(_("key"), max_length=80, unique=True)
    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="posts")
    unit = models.ForeignKey(OperatingUnit, null=True, blank=True, on_delete=models.PROTECT, related_name="posts")
    group = models.OneToOneField(Group, on_delete=models.PROTECT, related_name="post")

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(agency__isnull=True) ^ Q(unit__isnull=True), name="post_of_agency_or_unit"
            )
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save it. Raises ValueError for another group, agency or unit than it was made with: that would move every
        right of the post to others, and no line would tell of it."""
        tied = Post.objects.filter(pk=self.pk).values_list("group", "agency", "unit").first() if self.pk else None
        if tied and tied != (self.group_id, self.agency_id, self.unit_id):
            raise ValueError("The group, agency and unit of a post do not change; make another post.")
        super().save(*args, **kwargs)

    @property
    def body(self) -> Agency | OperatingUnit:
        """The agency or the unit it belongs to."""
        return self.agency or self.unit  # type: ignore[return-value]  # the database knows no post without a body


class Membership(models.Model):
    """A person's term in a post. The post's group holds its members of today; this row holds the history."""

    reference_data = True

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="memberships")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    since = models.DateField(_("since"), default=timezone.localdate)
    until = models.DateField(_("last day"), null=True, blank=True)
    appointed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["post", "person"], condition=Q(until__isnull=True), name="one_open_term_per_post"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.post}"

    @property
    def never_held(self) -> bool:
        """Whether it was ended before it began: its last day lies before the first, so it held on no day."""
        return self.until is not None and self.until < self.since
