"""A list of users that keeps itself up to date by webhooks."""
