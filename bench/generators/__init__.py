"""How fast pages are rendered, beside generators of static sites given the same words."""
