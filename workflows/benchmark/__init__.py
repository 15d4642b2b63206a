"""What the engine is measured by: its workload, and how it is run on a database."""
