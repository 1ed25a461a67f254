"""What the Management API and the Account API have in common: one call, its body, its pages, its search."""
