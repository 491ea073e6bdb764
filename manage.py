#!/usr/bin/env python
"""Django's commands, with this project's settings."""

import gc
import os
import sys

from django.core.management import BaseCommand, ManagementUtility

from config.environment import BadSetting


class Commands(ManagementUtility):
    """Collects garbage from the command on: what the start before it makes stays, and looking through that again and
    again was a fifth of the start's time."""

    def fetch_command(self, subcommand: str) -> BaseCommand:
        command = super().fetch_command(subcommand)
        gc.freeze()
        gc.enable()
        return command


def main() -> None:
    gc.disable()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        Commands(sys.argv).execute()
    except BadSetting as error:  # the message says it all: which variable, and what is allowed
        sys.exit(f"Cannot start. {error}")


if __name__ == "__main__":
    main()
