#!/usr/bin/env python
"""Longrun's command line: `python manage.py up` starts the whole system."""

import argparse
import os
import sys
from pathlib import Path

OUR_PACKAGES = ("config", "engagement", "tracker")


def name_data_folder(arguments: list[str]) -> None:
    """Let `up --data DIR` mean LONGRUN_DATA, which the settings read before the command runs."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--data", nargs="?")
    folder = parser.parse_known_args(arguments)[0].data
    if folder:
        os.environ["LONGRUN_DATA"] = str(Path(folder).expanduser().absolute())


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if sys.argv[1:2] == ["up"]:
        name_data_folder(sys.argv[2:])
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line

        try:
            execute_from_command_line(sys.argv)
        except ImproperlyConfigured as wrong:
            sys.stderr.write(f"manage.py: {wrong}\n")
            sys.exit(2)
    except ModuleNotFoundError as missing:
        if missing.name is None or missing.name.partition(".")[0] in OUR_PACKAGES:
            raise
        sys.stderr.write(
            f"manage.py: the package {missing.name!r} is missing; "
            "run `pip install -r requirements.txt` in this environment, or `make run`.\n"
        )
        sys.exit(2)
