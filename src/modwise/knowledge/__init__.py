"""The facts: read, checked, compiled and asked. No facts stand here."""
