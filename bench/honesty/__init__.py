"""What of an inventing AI's words reaches the pages, and what of the truth is lost on the way."""
