"""The shop's pages, on FastAPI."""
