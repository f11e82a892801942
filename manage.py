#!/usr/bin/env python
"""Longrun's command line: `python manage.py up` starts the whole system."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        from django.core.management import execute_from_command_line
    except ModuleNotFoundError as missing:
        sys.stderr.write(
            f"manage.py: the package {missing.name!r} is missing; "
            "run `pip install -r requirements.txt` in this environment, or `make run`.\n"
        )
        sys.exit(2)
    execute_from_command_line(sys.argv)
