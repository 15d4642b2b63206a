"""Models of other tools: recognised, translated where that is safe, and reported on by element."""
