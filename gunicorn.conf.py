"""How the web server runs; `manage.py serve` and the units in deploy/ use it. Numbers come from the environment.

The line of each request is written by the site itself (config/logs.py), where person and case are known; gunicorn's own
access log, which also has what never reaches the site, is switched on by ACCESS_LOG=on.
"""

import os
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from config.environment import Environment

_environment = Environment()
wsgi_app = "config.wsgi"
bind = _environment.text("BIND", f"127.0.0.1:{_environment.number('PORT', 8000, least=1, most=65535)}")
worker_class = "gthread"
workers = _environment.number("WEB_WORKERS", 2, least=1, most=64)
threads = _environment.number("WEB_THREADS", 4, least=1, most=64)
timeout = 60
# The most there is: a question of the desk, its fields full of Chinese, is longer than the usual 4 094.
limit_request_line = 8190
graceful_timeout = 15
loglevel = "warning"
errorlog = "-"
accesslog = "-" if _environment.flag("ACCESS_LOG", False) else None
access_log_format = '%({x-forwarded-for}i)s %(h)s "%(r)s" %(s)s %(b)s %(M)s ms "%(a)s"'
control_socket_disable = True  # nothing here talks to the arbiter by a socket

# Each process counts its own requests; Prometheus is told the sum (config/metrics.py).
_counts = os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="permits-metrics-"))


def child_exit(server, worker):
    """The gauges of a process that ended go; its counters stay in the sum."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)


def on_exit(server):
    """The folder of the counts goes with the server."""
    shutil.rmtree(_counts, ignore_errors=True)
