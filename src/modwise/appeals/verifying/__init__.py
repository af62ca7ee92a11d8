"""Checks on a finished letter, also one that a hand has changed, against the ledger it was drafted from."""
