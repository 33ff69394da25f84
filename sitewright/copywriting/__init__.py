"""Copywriting: the AI is asked for words, and what it answers is checked against the brief.

A question is made from an order (`planning`, `pages`), of prompt, order data and schema; `asking` gets it
answered over the configured routes and records every call; `answers` and `facts` check what came back.
"""

from sitewright.copywriting.asking import ASK_BUDGET_SECONDS
from sitewright.copywriting.call_log import CallLog
from sitewright.copywriting.gate import Gate, LocalGate, no_slot
from sitewright.copywriting.line import AiLine
from sitewright.copywriting.pages import write_page
from sitewright.copywriting.planning import write_plan
from sitewright.copywriting.probing import ProbeResult, probe
from sitewright.copywriting.prompts import page_version, plan_version

__all__ = [
    "ASK_BUDGET_SECONDS",
    "AiLine",
    "CallLog",
    "Gate",
    "LocalGate",
    "ProbeResult",
    "no_slot",
    "page_version",
    "plan_version",
    "probe",
    "write_page",
    "write_plan",
]
