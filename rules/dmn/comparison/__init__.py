"""Compares the parts of two versions of a decision model."""
