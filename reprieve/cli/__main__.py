"""Lets `python -m reprieve.cli` be the command."""

from reprieve.cli import main

if __name__ == "__main__":
    main()
