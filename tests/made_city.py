"""A small simulated city with its files taken in, made by the command line as a person would."""

import subprocess
import sys
from pathlib import Path

UNTIL = "2025-06-30"


def mingjian(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own, on a deployment at `home`."""
    program = "from mingjian.cli.main import main; main()"
    environment = {"MINGJIAN_HOME": str(home), "PATH": "/usr/bin:/bin", "HOME": str(home)}
    return subprocess.run(
        [sys.executable, "-c", program, *words], env=environment, capture_output=True, text=True
    )


def make_city(home: Path, *, scale: str, seed: str) -> Path:
    """A deployment with a city at `home`; what `demo` says is the reason where it fails."""
    done = mingjian(home, "demo", "--scale", scale, "--seed", seed, "--until", UNTIL)
    assert done.returncode == 0, done.stdout + done.stderr
    return home
