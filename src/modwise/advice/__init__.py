"""Which modifier fits a case: decision tables over facts of the case. No frame library is loaded here."""
