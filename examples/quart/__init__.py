"""The shop's pages, on Quart."""
