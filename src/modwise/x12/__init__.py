"""X12 bytes as segments, elements and columns."""
