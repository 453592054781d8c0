"""Precisions: the arithmetic in which networks answer, bfloat16 where the machine gains from it, else float32.

Many pairs are answered by OpenVINO where it is installed, in the same arithmetic.
"""

import os
import sys
import time
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from stance.files import InputError

if TYPE_CHECKING:
    import torch  # slow to load, and asked for only where a network answers

CHOSEN = "STANCE_PRECISION"  # what it says in the environment is not measured
WORTH = 1.25  # times as fast that bfloat16 must be
TELLTALE = "openvino_telemetry"  # tells Google of each conversion, unless it cannot be imported
ALIKE = 0.3  # what OpenVINO's answers, before they become probabilities, may differ at most: bfloat16's rounding

Inputs = dict[str, "torch.Tensor"]


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


def compiled(network: Any, tried: Inputs) -> Callable[..., "torch.Tensor"] | None:
    """A function that gives the logits of a network for what its tokenizer gives, computed by OpenVINO.

    None where OpenVINO is not installed, where there is a GPU, and where it answers otherwise than the network does to
    what is `tried`: pairs of different lengths, not those that it is converted with. It tells nobody of the conversion.
    """
    import torch

    if torch.cuda.is_available() or not find_spec("openvino"):
        return None
    if sys.modules.setdefault(TELLTALE, None):  # type: ignore[arg-type]  # None: not to be imported; else it is already
        return None
    import openvino
    from transformers.utils import logging

    class Logits(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = network  # a part of it, so that its weights are known as such

        def forward(self, *given: torch.Tensor) -> torch.Tensor:
            return self.network(**dict(zip(tried, given, strict=True))).logits

    options = {
        "INFERENCE_PRECISION_HINT": "bf16" if precision() == "bf16" else "f32",
        "INFERENCE_NUM_THREADS": torch.get_num_threads(),
        "PERFORMANCE_HINT": "LATENCY",  # the threads work on one batch together
        "ENABLE_CPU_PINNING": False,  # else all workers of a machine wait for its first core
    }
    example = tuple(rows[:2, :-1].contiguous() for rows in tried.values())
    verbosity = logging.get_verbosity()
    logging.set_verbosity_error()  # whoever converts a network looks at all of its parts, the loss too
    try:
        with warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")
            converted = openvino.convert_model(Logits().eval(), example_input=example)
            infer = openvino.Core().compile_model(converted, "CPU", options)

        def answers(**inputs: torch.Tensor) -> torch.Tensor:
            return torch.from_numpy(infer([inputs[name].numpy() for name in tried])[0])

        with torch.inference_mode(), arithmetic():
            apart = (answers(**tried) - network(**tried).logits.float()).abs().max()
    except RuntimeError:  # a network with a step that OpenVINO does not know
        return None
    finally:
        logging.set_verbosity(verbosity)
    return answers if apart < ALIKE else None
