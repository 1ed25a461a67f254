"""A program that manages users and organizations."""
