"""835 files (remits) as frames: payments, claims, lines, adjustments, remarks and what hangs on them."""
