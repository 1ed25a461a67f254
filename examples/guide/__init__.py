"""The guide's Flask application, a second one beside it, and what starts both: `make demo`."""
