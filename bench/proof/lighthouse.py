"""Lighthouse: the mobile configuration, one page at a time, nothing beside it.

Scores of accessibility, best practice and search follow from the page. That of performance is computed from a
run with simulated throttling and differs a little from run to run on a busy machine: a page below 100 is
measured three times, and the median counts.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import NamedTuple

from bench.proof.needs import HERE, Missing
from tests.support.browser import CHROMIUM

RUNS = 3
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
PERFECT = 100


class Scores(NamedTuple):
    """Scores of 0 to 100 by category, the median of `runs`, and what keeps those below 100 there."""

    scores: dict[str, int]
    below: list[str]
    runs: int


class Lighthouse:
    """The process that measures, with its browser."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def measure(self, url: str) -> Scores:
        """Return the scores of the page at `url`. Raises Missing when Lighthouse does not run."""
        runs = [self._once(url)]
        if min(runs[0].scores.values(), default=0) < PERFECT:
            runs += [self._once(url) for _ in range(RUNS - 1)]
        # A run that a busy machine broke off has no scores.
        whole = [run for run in runs if len(run.scores) == len(CATEGORIES)]
        middle = {name: int(median(run.scores[name] for run in whole)) for name in CATEGORIES if whole}
        perfect = len(middle) == len(CATEGORIES) and all(score == PERFECT for score in middle.values())
        below = next((run.below for run in reversed(runs) if run.below), [])
        return Scores(middle, [] if perfect else below, len(runs))

    def _once(self, url: str) -> Scores:
        asked, answered = self._process.stdin, self._process.stdout
        if asked is None or answered is None:
            raise Missing("Lighthouse was started without its pipes")
        asked.write(f"{url}\n")
        asked.flush()
        line = answered.readline()
        if not line:
            raise Missing(f"Lighthouse ended while it measured {url}")
        answer = json.loads(line)
        return Scores(answer["scores"], answer["below"], 1)


@contextmanager
def lighthouse() -> Iterator[Lighthouse]:
    """Open the browser that Lighthouse measures in, until the block ends."""
    process = subprocess.Popen(
        ["node", str(HERE / "lighthouse.mjs")],
        cwd=HERE,
        env={**os.environ, "CHROME_PATH": str(CHROMIUM)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        # An interrupt of the terminal is answered by closing its input: then it closes its browser.
        start_new_session=True,
    )
    try:
        yield Lighthouse(process)
    finally:
        if process.stdin:
            process.stdin.close()
        process.wait(60)
