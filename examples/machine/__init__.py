"""A program without a person: it calls an API in its own name."""
