"""The packet: cover sheet, request, letter, exhibits with the quoted words marked, sources; numbered throughout, one PDF."""
