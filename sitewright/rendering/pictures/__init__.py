"""What pages show besides words: the customer's photos, drawings, signs, icons, and images for sharing."""
