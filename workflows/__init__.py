"""What the organisation does: the process engine and the life of a reserve pool."""
