"""The Management API: everything that can be configured, one noun a file, the routes on one page."""
