"""The HTTP API: translates requests, calls the api, answers with its JSON. Safe by default: this machine only, nothing kept."""
