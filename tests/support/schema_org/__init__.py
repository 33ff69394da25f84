"""schema.org's vocabulary as data, and what holds structured data to it and to Google's rules."""
