"""What all values have in common: frozen, strict about unknown fields, with a stable fingerprint."""

import hashlib
import json
from typing import Any

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """A frozen value: safe to hand from task to task and to keep in the ledger as JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


def fingerprint(*parts: Any) -> str:
    """Return the SHA-256 (64 hex digits) of `parts`, written as canonical JSON.

    Values are dumped in JSON mode, keys are sorted, so equal inputs give equal fingerprints in
    every process and on every machine.
    """
    plain = [part.model_dump(mode="json") if isinstance(part, BaseModel) else part for part in parts]
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
