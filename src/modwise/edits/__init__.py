"""The edits: what they are, how they run, and one file for each."""
