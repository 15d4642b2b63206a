"""The HTTP API: JSON, bearer tokens, problem documents, every POST done once."""
