"""Reads procedure notes by rules that stand in the fact files: what was done, what was not, and the words that say so."""
