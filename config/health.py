"""Whether this process is alive, and whether the installation can do its work: `/healthz` and `/readyz`.

The library's own page is for browsers and answers a failure with 500, so the answer here is a small one in JSON, 200 or
503. What is looked at: readiness.py.
"""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """This process answers. Asks nothing else: a database that is down is no reason to restart it."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Whether everything is there that the work needs; 503 where it is not."""
    from config.readiness import state  # it brings the library of checks, which takes a while to import

    found = state()
    ready = set(found.values()) == {"ok"}
    return JsonResponse({"status": "ok" if ready else "not ready", "checks": found}, status=200 if ready else 503)
