"""Background work: what becomes due, who does it, and what happens when it cannot be done."""
