"""Runs a module's command line once its parent says so, with the slow imports done before.

    python -m sitewright.local.when_told IMPORTED[,IMPORTED...] MODULE [ARGUMENT...]

Prefect takes seconds to import, and its server longer to start. So whoever is to talk to the server is
imported meanwhile, on another core. The word is a line on standard input; without one, it ends.
"""

import importlib
import runpy
import sys


def main() -> None:
    """Import, wait for the word, and become the module that the command line names."""
    imported, module, *arguments = sys.argv[1:]
    for name in imported.split(","):
        importlib.import_module(name)
    if sys.stdin.readline():
        sys.argv = [module, *arguments]
        runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
