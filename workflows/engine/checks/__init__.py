"""Checks at publish: what in a process that can be read would still go wrong when it runs."""
