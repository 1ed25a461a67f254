"""A command-line program that a person signs in to."""
