"""The local site: pages over the HTTP application, rendered on the server, readable without JavaScript."""
