"""Themes: their folders, manifests, faces and colours, and the rules that a page carries."""
