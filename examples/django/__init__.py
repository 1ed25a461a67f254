"""The shop's pages, on Starlette."""
