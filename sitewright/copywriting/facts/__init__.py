"""Words are checked against the brief: a fact that is not the brief's is found, and can be cut.

A fact is what a visitor could act on or be misled by: a number, year, price, phone, web address, name, review
or claim. What the brief holds is read from what the AI was shown (`order_data.py`), so phones, hours and
prices are never among them: the templates put those on the page. docs/honesty.md tells what is caught.
"""

from sitewright.copywriting.facts.cutting import Finding, cut
from sitewright.copywriting.facts.implied import profiles
from sitewright.copywriting.facts.ledger import KnownFacts, Place, leaves

__all__ = ["Finding", "KnownFacts", "Place", "cut", "leaves", "profiles"]
