"""Precisions: the arithmetic in which networks answer, bfloat16 where the machine gains from it, else float32."""

import os
import time
from typing import TYPE_CHECKING

from stance.files import InputError

if TYPE_CHECKING:
    import torch  # slow to load, and asked for only where a network answers

CHOSEN = "STANCE_PRECISION"  # what it says in the environment is not measured
WORTH = 1.25  # times as fast that bfloat16 must be


def arithmetic() -> "torch.autocast":
    """The context in which networks answer here."""
    import torch

    return torch.autocast("cuda" if torch.cuda.is_available() else "cpu", torch.bfloat16, enabled=precision() == "bf16")


def precision() -> str:
    """`bf16` where there is a GPU, or a processor with bfloat16 that WORTH repays by a short measurement; else `fp32`.

    It is kept in the environment, so that the processes that this one begins compute alike. Raises InputError where
    something else stands there.
    """
    if CHOSEN not in os.environ:
        import torch

        able = torch.cuda.is_available() or (torch.cpu._is_avx512_bf16_supported() and _gain() >= WORTH)
        os.environ[CHOSEN] = "bf16" if able else "fp32"
    if os.environ[CHOSEN] not in ("bf16", "fp32"):
        raise InputError(f"bf16 or fp32, not {os.environ[CHOSEN]!r:.60}", field=CHOSEN)
    return os.environ[CHOSEN]


def _gain() -> float:
    """How many times as fast a layer of a network is in bfloat16: the best of seven turns with each, side by side."""
    import torch

    rows, weights = torch.ones(512, 768), torch.ones(3072, 768)
    seconds: dict[bool, list[float]] = {False: [], True: []}
    with torch.inference_mode():
        for _ in range(7):
            for half, taken in seconds.items():
                with torch.autocast("cpu", torch.bfloat16, enabled=half):
                    begun = time.perf_counter()
                    torch.nn.functional.linear(rows, weights)
                    taken.append(time.perf_counter() - begun)
    return min(seconds[False]) / min(seconds[True])
