"""``make bench``: every bench in turn; ``python -m tests.bench NAME ...`` for some of them."""

import asyncio
import sys

from core import log
from tests.bench import chatter, crash, durable, prompts, startup

BENCHES = {
    "chatter": chatter.run,
    "durable": durable.run,
    "prompts": prompts.run,
    "startup": startup.run,
    "crash": crash.run,
}


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(f"no bench {', '.join(unknown)}; there are {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    log.configure("error")
    for name in names or BENCHES:
        asyncio.run(BENCHES[name]())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
