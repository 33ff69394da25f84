"""What happens to an order, and in which order."""
