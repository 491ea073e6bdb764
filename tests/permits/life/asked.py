"""What holders ask for of their permit, and by when."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.cast import fresh
from tests.permits.life.cases import Desk
from workflows.models import Notification
from workflows.notifications.making import make_pending

WHY = {"reason": "施工受汛期影响。"}


END, FURTHEST = date(2027, 12, 1), date(2028, 12, 1)
"""Of the temporary use of land that tests begin with: its last day, and that of the longest extension."""
IN_TIME = date(2027, 9, 1)
"""The last day on which its extension may be asked for."""
BACK: dict[str, Any] = {"used": "part", "reason": "剩余小班不再抚育。"}
REFUSED = {"reasons": "正在调查超范围采伐。"}


def go_to(traveller: Any, day: date) -> None:
    traveller.move_to(f"{day.isoformat()}T10:00:00+08:00")


def told(desk: Desk, act: str) -> set[str]:
    make_pending()
    return set(
        Notification.objects.filter(act=fresh(desk.case).did(act)[-1]).values_list("person__username", flat=True)
    )
