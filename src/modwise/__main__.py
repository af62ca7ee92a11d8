"""`python -m modwise` is `modwise`."""

from modwise.cli.main import main

main()
