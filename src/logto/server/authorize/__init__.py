"""The authorization endpoint: its checks in one list, its prompts, its answers."""
