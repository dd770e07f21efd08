"""`python -m warmer`: the command line, where no script is on the path."""

from warmer.cli import main

if __name__ == "__main__":
    main()
