"""`python -m local` is `dpc`."""

from local.cli import main

main()
