"""The appeal: a fact ledger, a letter that says only what the ledger holds, checks on the finished letter, and the packet."""
