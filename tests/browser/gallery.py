"""One page with every shared component on it, so that they are looked at and measured before a case needs them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import django_tables2 as tables
from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from config.urls import handler400, handler403, handler404, handler500
from config.urls import urlpatterns as site_patterns
from workflows.tables import Table

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

PAGE = (Path(__file__).parent / "gallery.html").read_text("utf-8")


class Everything(forms.Form):
    name = forms.CharField(label="林场名称", help_text="与营业执照一致。")
    day = forms.DateField(label="开工日期", widget=forms.DateInput(attrs={"type": "date"}))
    kind = forms.ChoiceField(label="抚育方式", choices=[("", "请选择"), ("a", "疏伐"), ("b", "生长伐")])
    outcome = forms.ChoiceField(label="意见", widget=forms.RadioSelect, choices=[("y", "同意"), ("n", "不同意")])
    purposes = forms.MultipleChoiceField(
        label="用途", widget=forms.CheckboxSelectMultiple, choices=[("a", "防火"), ("b", "抚育")]
    )
    opinion = forms.CharField(label="理由", widget=forms.Textarea(attrs={"rows": 3}))
    file = forms.FileField(label="附件", help_text="PDF，不超过 50 MB。")
    sure = forms.BooleanField(label="我已核对以上内容")


class Cases(Table):
    number = tables.Column("案件编号")
    unit = tables.Column("申请单位")
    area = tables.Column("面积（公顷）", attrs={"td": {"class": "number"}, "th": {"class": "number"}})


def gallery(request: HttpRequest) -> HttpResponse:
    rows = [{"number": f"2026-{n:04}", "unit": "密云区某某国有林场", "area": n * 1.5} for n in range(1, 40)]
    table = Cases(rows, order_by="number")
    table.paginate(per_page=5)
    statuses = ["draft", "submitted", "correcting", "first_review", "reported_up", "approved", "refused", "withdrawn"]
    context = {
        "form": Everything(request.POST or None),
        "table": table,
        "facts": [("坐落", "密云区某某镇"), ("面积", 0), ("备注", ""), ("用途", "森林防火\n抚育采伐")],
        "statuses": [(status, status) for status in statuses],
        "lights": [
            ("green", 12, False),
            ("yellow", 3, True),
            ("red", 0, False),
            ("red", -2, False),
            ("paused", 0, False),
        ],
        "at": datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
        "page": Paginator(range(95), 20).page(2),
    }
    return HttpResponse(engines["django"].from_string(PAGE).render(context, request))


urlpatterns = [path("gallery/", gallery), *site_patterns]
