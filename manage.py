#!/usr/bin/env python
"""Django's commands, with this project's settings."""

import gc
import os
import sys

from django.core.management import execute_from_command_line

from config.environment import BadSetting


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    gc.disable()  # a start makes much and drops nothing: SiteConfig.ready() turns it on again
    try:
        execute_from_command_line(sys.argv)
    except BadSetting as error:  # the message says it all: which variable, and what is allowed
        sys.exit(error.told)


if __name__ == "__main__":
    main()
