"""A protected status that survives refresh and validation without flipping a class-level flag."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django_fsm import FSMFieldMixin


class LegalStatus(models.Model):
    """Base of models with a protected FSMField. django-fsm's own mixin lifts the protection for every thread while
    it refreshes; this one takes the protected values out of the instance instead."""

    class Meta:
        abstract = True

    @classmethod
    def _protected(cls) -> list[Any]:
        return [field for field in cls._meta.concrete_fields if isinstance(field, FSMFieldMixin) and field.protected]

    def refresh_from_db(
        self, using: str | None = None, fields: Iterable[str] | None = None, from_queryset: Any = None
    ) -> None:
        """As Django's; a failure leaves the instance as it was."""
        names = None if fields is None else list(fields)
        held = {
            field.attname: self.__dict__.pop(field.attname)
            for field in self._protected()
            if field.attname in self.__dict__ and (names is None or field.name in names)
        }
        self.__dict__.pop("history", None)  # what was read of the case's acts is of before, too
        try:
            super().refresh_from_db(using=using, fields=names, from_queryset=from_queryset)
        except BaseException:
            self.__dict__.update(held)
            raise

    def clean_fields(self, exclude: Iterable[str] | None = None) -> None:
        """As Django's, leaving the protected fields out: validation would assign them."""
        super().clean_fields(exclude={*(exclude or ()), *(field.name for field in self._protected())})
