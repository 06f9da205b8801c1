"""`python -m mnerctl` is the command `mnerctl`."""

from .cli.app import main

if __name__ == "__main__":
    main()
