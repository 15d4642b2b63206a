"""The workload of `understudy bench rules`: one description, written for each engine."""
