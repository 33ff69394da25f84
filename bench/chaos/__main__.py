"""`python -m bench.chaos`: runs the kill test on a stack of its own in a temporary home."""

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console

from bench.chaos.bench import Asked, Chaos, Outcome
from bench.chaos.report import print_report, write_json
from tests.support.stack import started


def main() -> int:
    """Run, print, and return the exit status: 1 if anything does not hold."""
    given = _parser().parse_args()
    people = Console(highlight=False)
    asked = Asked(given.orders, given.kills, given.seed, given.answer_seconds, given.again_every)
    home = Path(tempfile.mkdtemp(prefix="sitewright-chaos-"))
    outcome: Outcome | None = None
    began = time.monotonic()

    def say(sentence: str) -> None:
        passed = int(time.monotonic() - began)
        people.print(f"{passed // 60:3}:{passed % 60:02}  {sentence}", soft_wrap=True, markup=False)

    try:
        say(f"Seed {asked.seed}. Starting a stack of its own ...")
        with started(home / "home", home / "up.log", own_session=True) as stack:
            say("The stack is up.")
            outcome = Chaos(asked, stack, say).run()
            print_report(outcome, people)
            if given.json:
                write_json(outcome, given.json)
    except KeyboardInterrupt:
        people.print("Interrupted before anything was known.")
    if outcome and outcome.holds:
        shutil.rmtree(home, ignore_errors=True)
        return 0
    people.print(f"The stack's data and logs stay in {home}.", soft_wrap=True, markup=False)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.chaos", description=__doc__)
    parser.add_argument("--orders", type=int, default=200, help="how many orders, at least")
    parser.add_argument("--kills", type=int, default=300, help="how many kills, at least")
    parser.add_argument("--seed", type=int, default=1, help="the same seed decides the same")
    parser.add_argument("--answer-seconds", type=float, default=1.0, help="how long an AI answer takes")
    parser.add_argument(
        "--again-every", type=int, default=10, metavar="N", help="one order in N is built twice; 0: none"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="where to write all figures as JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())
