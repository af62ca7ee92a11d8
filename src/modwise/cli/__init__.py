"""The command line: translates options, calls the api, prints."""
