"""Applications to read, to run and to begin your own with."""
