"""Claim files into one frame of lines."""
