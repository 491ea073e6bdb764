"""What is applied for, checked, decided and printed."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate, pre_save
from django.utils.translation import gettext_lazy as _


class PermitsConfig(AppConfig):
    """Wires the guards of the record, its index of words, and the job that logs it, to every migrate; and what papers
    can say to every unit that is entered."""

    name = "permits"
    verbose_name = _("Permits")

    def ready(self) -> None:
        """Connect the receivers, and let papers name others."""
        import permits.acts.terms_of_posts
        import permits.documents.printing  # noqa: F401 - it declares who composes them
        from permits.ledger.keeping import schedule
        from permits.ledger.triggers import install, tell_missing
        from permits.ledger.words import install as index_words
        from permits.text.printable import refuse_unprintable_unit
        from permits.verification import nightly

        pre_migrate.connect(tell_missing, sender=self, dispatch_uid="permits.append_only.told")
        post_migrate.connect(install, sender=self, dispatch_uid="permits.append_only")
        post_migrate.connect(index_words, sender=self, dispatch_uid="permits.ledger.words")
        post_migrate.connect(schedule, sender=self, dispatch_uid="permits.log")
        post_migrate.connect(nightly.schedule, sender=self, dispatch_uid="permits.verify")
        pre_save.connect(refuse_unprintable_unit, sender="roles.OperatingUnit", dispatch_uid="permits.text.printable")
