"""The frozen values that every part of Sitewright shares.

This package imports nothing else of Sitewright. All values are pydantic models that forbid unknown
fields and cannot be changed after they are made; equal values have equal fingerprints.
"""
