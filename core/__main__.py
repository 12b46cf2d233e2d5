"""The program ``lianxin``; all it can do is in ``core.cli``."""

from core.cli.menu import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
