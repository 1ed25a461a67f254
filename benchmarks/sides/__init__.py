"""The programs that run in processes, and in environments, of their own."""
