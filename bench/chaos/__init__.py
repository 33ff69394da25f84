"""`make chaos`: orders are built while everything that builds them is killed, and nobody lends a hand."""
