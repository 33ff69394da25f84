"""Orders: what was asked for, what happened to it, and which steps are done."""
