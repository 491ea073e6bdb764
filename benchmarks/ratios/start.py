"""Row 13: the start of a web process against that of a Django site with sessions and one view."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from textwrap import dedent

from benchmarks.bench import Bench
from benchmarks.rows import Ratio

OURS = """
    from config.wsgi import application
    from django.urls import get_resolver
    get_resolver().url_patterns
"""
BARE = """
    import os
    from django.conf import settings
    settings.configure(
        SECRET_KEY="x" * 60, ROOT_URLCONF="__main__", ALLOWED_HOSTS=["*"],
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
                        "django.contrib.messages", "django.contrib.staticfiles"],
        MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware",
                    "django.middleware.csrf.CsrfViewMiddleware",
                    "django.contrib.auth.middleware.AuthenticationMiddleware"],
        DATABASES={"default": {"ENGINE": NAMED, "NAME": "x"}},
    )
    from django.core.wsgi import get_wsgi_application
    application = get_wsgi_application()
    from django.http import HttpResponse
    from django.urls import get_resolver, path
    urlpatterns = [path("", lambda request: HttpResponse("x"))]
    get_resolver().url_patterns
"""


def measure(bench: Bench) -> list[Ratio]:
    """CPU of both starts, in turns; byte code of both is there after the first."""
    engine = "postgresql" if bench.addresses[0].startswith("postgres") else "sqlite3"
    ours, bare = dedent(OURS), dedent(BARE).replace("NAMED", f'"django.db.backends.{engine}"')
    _start(ours, bench), _start(bare, bench)
    times = [(_start(ours, bench), _start(bare, bench)) for _number in range(bench.rounds)]
    beside = {"s CPU of a start": min(one[0] for one in times), "s CPU of a bare start": min(one[1] for one in times)}
    return [Ratio(13, "start of a process ÷ bare Django's, CPU", [one / other for one, other in times], "less", beside)]


def _start(program: str, bench: Bench) -> float:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | {
        "DATABASE_URL": bench.addresses[0], "VAR_DIR": str(bench.folder), "DJANGO_SETTINGS_MODULE": "config.settings",
    }  # fmt: skip
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(  # noqa: S603 - this interpreter, the programs above
        [sys.executable, "-c", program], check=True, cwd=bench.root, env=environment, stderr=subprocess.DEVNULL
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
