"""The worklist: denials worked to their end, in SQLite by default or PostgreSQL by URL, with an audit trail that cannot be changed."""
