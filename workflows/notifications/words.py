"""What a notification says, in the language that is active, and where it leads."""

from __future__ import annotations

from django.urls import reverse

from permits.clocks.timeline import Light
from permits.models.states import EDITABLE
from workflows.models import Notification
from workflows.notifications.table import To, news_of
from workflows.tables import address_of


def headline(news: Notification) -> str:
    """What happened, in a few words."""
    act, item = news.act, news.item
    return str(news_of(act.act, news.event).words) % {
        "status": act.application.status_label(act.after),
        "step": item.flow_task.task_title if item else "",
        "light": Light(act.facts["light"]).label if act.act == "flag_deadline" else "",
    }


def address(news: Notification) -> str:
    """Where the reader can do something about it: the task, the draft to be corrected, else the case."""
    application = news.act.application
    if news.item and news.item.is_open:
        return address_of(news.item)
    mine = news_of(news.act.act, news.event).to == To.UNIT
    name = "draft" if mine and application.status in EDITABLE else "case"
    return reverse(name, args=[application.pk])
