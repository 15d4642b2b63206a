"""The processes and their forms: data only."""
