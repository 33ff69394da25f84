"""Work beside a running stack, until it is done, the stack cannot be kept up, or somebody asks to stop."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from sitewright.local.children import Say
from sitewright.local.running import StackAddresses
from sitewright.local.stack import Prepare, Stack
from sitewright.settings import Settings

T = TypeVar("T")

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(Exception):
    """Somebody asked to stop: Ctrl-C, SIGTERM, or the terminal closed."""

    def __init__(self, number: signal.Signals) -> None:
        self.number = number
        super().__init__(number.name)


class _Signals:
    """Asked once: stop. Asked again: hurry."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self.hurry = asyncio.Event()
        self.asked: asyncio.Future[signal.Signals] = asyncio.get_running_loop().create_future()

    def listen(self) -> None:
        for number in _SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, self._hear, number)

    def _hear(self, number: signal.Signals) -> None:
        if not self.asked.done():
            self.asked.set_result(number)
        elif not self.hurry.is_set():
            self._say("Stopping at once ...")
            self.hurry.set()


async def run_beside_stack(
    settings: Settings,
    say: Say,
    work: Callable[[StackAddresses], Awaitable[T]],
    prepare: Prepare | None = None,
) -> T:
    """Start the stack, do `work`, stop the stack, and return what `work` returned.

    `prepare` is what the work needs to have done before, in a thread, while the stack is starting.

    A process of the stack that ends unasked is started again; where that does not help, and while the stack
    is starting, it ends the work too: ChildFailed, PostgresFailed. SIGINT, SIGTERM and SIGHUP stop everything
    in order, at whatever moment they come: Interrupted; a second one hurries.
    """
    signals = _Signals(say)
    signals.listen()
    stack = Stack(settings, say, prepare)

    async def start_and_work() -> T:
        return await work(await stack.start())

    working, watching = asyncio.create_task(start_and_work()), asyncio.create_task(stack.watch())
    try:
        awaited: set[asyncio.Future[Any]] = {working, watching, signals.asked}
        await asyncio.wait(awaited, return_when=asyncio.FIRST_COMPLETED)
        if signals.asked.done():
            say("Stopping everything in order; Ctrl-C again hurries ...")
            raise Interrupted(signals.asked.result())
        if working.done():
            return working.result()
        return await watching
    finally:
        for task in (working, watching):
            task.cancel()
        # Gathered, so that asyncio does not report errors that came too late to matter.
        await asyncio.gather(working, watching, return_exceptions=True)
        await stack.stop(signals.hurry)
