"""What an occupation's parcels and head must agree on, before any rule of law is asked."""

from decimal import Decimal

from django.utils.translation import gettext as _


def sum_differs(total: Decimal | None, parts: Decimal) -> str:
    """Says the difference where the parcels do not add up to the declared total; empty where they do."""
    if total is None or total == parts:
        return ""
    facts = {"parts": f"{parts:.4f}", "total": f"{total:.4f}", "difference": f"{abs(total - parts):.4f}"}
    if parts > total:
        return _("The parcels add up to %(parts)s ha, %(difference)s ha more than the declared %(total)s ha.") % facts
    return _("The parcels add up to %(parts)s ha, %(difference)s ha less than the declared %(total)s ha.") % facts
