"""A process that takes one file in, for a test to kill. Arguments: home, source file, file."""

import os
import sys
from datetime import datetime
from pathlib import Path

if __name__ == "__main__":
    home, declared, file = map(Path, sys.argv[1:])
    os.environ["MINGJIAN_HOME"] = str(home)

    from mingjian.intake import load_source, take
    from mingjian.store import open_store

    store, source = open_store(), load_source(declared)
    print("ready", flush=True)
    sys.stdin.readline()
    done = take(store, source, file, by="李工", at=datetime(2025, 11, 24, 9, 0))
    print(done.status, flush=True)
