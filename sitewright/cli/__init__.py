"""The command line: prints for people, or one JSON document with `--json`."""

from sitewright.cli.app import main

__all__ = ["main"]
