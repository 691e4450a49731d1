"""What is written when nobody reads it any more."""

import os
from typing import IO


def to_nobody(stream: IO[str]) -> None:
    """Let what is written to a stream vanish, what still waits in its buffer included."""
    nobody = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nobody, stream.fileno())
    os.close(nobody)
