"""The process engine: definitions, instances, user tasks, timers and messages. It knows no people."""
