"""The call log in memory, where tests look for it."""

from sitewright.copywriting.memory_log import MemoryCallLog

__all__ = ["MemoryCallLog"]
