"""What docs/performance.md says, measured beside the field's libraries in one interleaved run: `make bench`."""
