"""Copywriting: the AI is asked for words, and what it answers is checked against the brief."""
