"""The process engine: definitions, instances, user tasks, timers. It knows no people."""
