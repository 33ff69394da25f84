"""What depends on language and country: words of the interface, formats, legal pages."""
