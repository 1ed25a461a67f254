"""The shop's pages, on Flask."""
