"""`python -m webapp.cli` does what `understudy` does."""

from webapp.cli import main

main()
