"""Two processes with a browser each, which look at sites side by side.

An interrupt of the terminal reaches the processes too; they leave it to the one that started them.
"""

import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, ProcessPoolExecutor, as_completed
from contextlib import ExitStack
from functools import cache
from multiprocessing import get_context, util
from multiprocessing.synchronize import Event
from typing import TypeVar

from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.support.browser import launched

PROCESSES = 2

_Job = TypeVar("_Job")
_Result = TypeVar("_Result")

_opened = ExitStack()


@cache
def _playwright() -> Playwright:
    return _opened.enter_context(sync_playwright())


@cache
def browser(font_size: int = 16) -> Browser:
    """Return this process's browser of a visitor with that size of text; it is opened when first asked."""
    opened = launched(_playwright(), font_size=font_size)
    _opened.callback(opened.close)
    return opened


_stopped: list[Event] = []
"""What this process is told by to take up no job more."""


def _begin(stopped: Event) -> None:
    _stopped.append(stopped)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    util.Finalize(None, _opened.close, exitpriority=100)


def done_by_crew(
    work: Callable[[_Job], _Result], jobs: Iterable[_Job], processes: int = PROCESSES
) -> Iterator[tuple[_Job, _Result]]:
    """Yield each of `jobs` with what `work` makes of it, in the order in which they are done.

    `work` is a function of a module; it runs in a process where `browser()` gives a browser.
    """
    context = get_context("spawn")
    stopped = context.Event()
    pool = ProcessPoolExecutor(processes, mp_context=context, initializer=_begin, initargs=(stopped,))
    try:
        begun = {pool.submit(_unless_stopped, work, job): job for job in jobs}
        for ended in as_completed(begun):
            yield begun[ended], ended.result()
    finally:
        stopped.set()
        pool.shutdown(wait=True, cancel_futures=True)


def _unless_stopped(work: Callable[[_Job], _Result], job: _Job) -> _Result:
    if _stopped[0].is_set():
        # Some jobs are handed to the processes ahead, and cannot be cancelled any more.
        raise CancelledError
    return work(job)
