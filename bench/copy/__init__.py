"""What of the quality of words can be counted, over a set of orders: `python -m bench.copy`."""
