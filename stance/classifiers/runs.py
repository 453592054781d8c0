"""Runs: where the training of a network stands, kept in a folder so that a run that was stopped goes on from there."""

import json
import time
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

from stance.files import InputError, written_whole
from stance.tables import write_text

WARM_UP = 0.06  # share of the steps in which the learning rate climbs; then it falls to nothing in a straight line
SAVED_EVERY = 300  # seconds between two checkpoints of a run


def climb(step: int, steps: int) -> float:
    """The share, 0 to 1, of the learning rate at a step: it climbs in the first WARM_UP of the steps and falls to 0."""
    warm = max(round(WARM_UP * steps), 1)
    return min((step + 1) / warm, (steps - step) / max(steps - warm, 1))


class Run:
    """Where a training run stands: step, smoothed loss, history, best; kept in a folder, if one is named."""

    def __init__(self, folder: str, network: Any, optimizer: torch.optim.Optimizer, fingerprint: str):
        self.folder, self.network, self.optimizer = Path(folder) if folder else None, network, optimizer
        self.fingerprint = fingerprint
        self.step, self.loss, self.saved = 0, 0.0, time.monotonic()
        self.history: list[dict[str, float]] = []
        self.best: dict[str, float] | None = None
        self.kept: dict[str, torch.Tensor] = {}
        if self.folder and (self.folder / "run.json").is_file():
            self._resume(self.folder)

    def _resume(self, folder: Path) -> None:
        state = json.loads((folder / "run.json").read_text())
        if state["fingerprint"] != self.fingerprint:
            raise InputError("an empty folder, or the checkpoint of a run with these pairs and settings", folder)
        self.step, self.loss, self.history, self.best = (state[name] for name in ("step", "loss", "history", "best"))
        arrays = load_file(folder / f"run-{self.step}.safetensors")
        part = {kind: {name.partition("/")[2]: value for name, value in arrays.items() if name.startswith(kind + "/")}
                for kind in ("network", "kept", "exp_avg", "exp_avg_sq")}  # fmt: skip
        self.network.load_state_dict(part["network"], strict=False)
        self.kept = part["kept"]
        for name, parameter in self.network.named_parameters():
            if parameter.requires_grad and self.step:
                self.optimizer.state[parameter] = {
                    "step": torch.tensor(float(self.step)),
                    "exp_avg": part["exp_avg"][name], "exp_avg_sq": part["exp_avg_sq"][name],
                }  # fmt: skip

    def checkpoint(self, final: bool = False) -> None:
        """Write the run to its folder if it is time: first the arrays, then the line that points at them."""
        if not self.folder or (not final and time.monotonic() - self.saved < SAVED_EVERY):
            return
        arrays = {f"kept/{name}": value for name, value in self.kept.items()}
        for name, parameter in self.network.named_parameters():
            if parameter.requires_grad:
                arrays[f"network/{name}"] = parameter.detach().contiguous()
                for moment in ("exp_avg", "exp_avg_sq"):
                    arrays[f"{moment}/{name}"] = self.optimizer.state[parameter][moment].contiguous()
        self.folder.mkdir(parents=True, exist_ok=True)
        with written_whole(self.folder / f"run-{self.step}.safetensors") as beside:
            save_file(arrays, beside)
        state = {name: getattr(self, name) for name in ("fingerprint", "step", "loss", "history", "best")}
        write_text(json.dumps(state), self.folder / "run.json")
        for old in self.folder.glob("run-*.safetensors"):
            if old.name != f"run-{self.step}.safetensors":
                old.unlink()
        self.saved = time.monotonic()
