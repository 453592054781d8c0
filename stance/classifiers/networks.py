"""Cross-encoders: networks that read a statement together with one target; fine-tuned by a loop that can be read.

A network comes from a folder in Hugging Face's form; nothing is fetched. The rest of the package needs no more of it
than a scikit-learn estimator.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
import torch
from safetensors import SafetensorError
from scipy.special import softmax
from sklearn.metrics import f1_score
from sklearn.utils.validation import check_consistent_length
from tokenizers import Tokenizer
from tqdm import tqdm
from transformers import AutoConfig, AutoModelForSequenceClassification
from transformers.utils import logging

from stance.classifiers.estimators import PairClassifier, checked
from stance.classifiers.precisions import arithmetic, compiled, precision
from stance.classifiers.runs import Run, climb
from stance.codebook import STANCES
from stance.files import InputError

MANY = 500  # pairs from which on it pays to compile the network first, which takes some seconds
POOL = 50  # batches whose pairs are sorted by length together, so that little is padded
SMOOTHING = 0.05  # share of each label that is spread over all stances (Szegedy et al. 2016)
HEADLINE = 32  # tokens of a headline that are read
LEAST_CONTEXT = 8  # with less room than this, what stands before the statement is not read
LEAST = 0.001  # probability that is left to a stance when the smoothing is taken back
OFFLINE = {"local_files_only": True, "trust_remote_code": False}
# What checkpoints call the stances: stance models, and inference models asked whether the text entails support.
STANCE_OF = {"entailment": "support", "contradiction": "oppose", "neutral": "none", "favor": "support"}
STANCE_OF |= {"favour": "support", "against": "oppose", "neither": "none"} | {stance: stance for stance in STANCES}


class CrossEncoder(PairClassifier):
    """What the two kinds of network share: how they read a pair and answer. See Checkpoint and FineTuned.

    `network_`, `tokenizer_`.
    """

    hypothesis: str
    context: bool
    before: int
    length: int
    batch: int
    _is_whole = False  # whether the network was read, not trained here, so that its weights stay as they are
    _compiled: tuple[Any, Callable[..., torch.Tensor] | None] = None, None  # of which network

    def _judged(self, X: pd.DataFrame) -> np.ndarray:
        return softmax(self.logits(X), axis=1)

    def logits(self, X: pd.DataFrame) -> np.ndarray:
        """The network's answers before they become probabilities, shape (pairs, classes_).

        Alike pairs are asked once. Pairs are read a window at a time, in which those of a length stand together. Where
        MANY are asked, and OpenVINO is installed, it computes them.
        """
        columns = [name for name in ("text", "target", *(("headline", "context") if self.context else ())) if name in X]
        asked, window = X[columns].drop_duplicates(), POOL * self.batch
        found = np.empty((len(asked), len(self.classes_)))
        self.network_.to("cuda" if torch.cuda.is_available() else "cpu").eval()
        bar = tqdm(total=len(asked), unit="pair", leave=False, disable=None if len(asked) > 20 * self.batch else True)
        answer = None
        for start in range(0, len(asked), window):
            tokens = self._tokens(asked[start : start + window])
            answer = answer or self._answerer(tokens, len(asked))
            order = np.argsort([len(ids) for ids in tokens], kind="stable")
            for batch in (order[place : place + self.batch] for place in range(0, len(order), self.batch)):
                with torch.inference_mode(), arithmetic():
                    answers = answer(**self._padded([tokens[place] for place in batch]))
                found[start + batch] = answers.double().cpu().numpy()[:, self._columns]
                bar.update(len(batch))
        bar.close()
        return found[X.groupby(columns, sort=False, dropna=False).ngroup()]

    def _answerer(self, tokens: list[list[int]], pairs: int) -> Callable[..., torch.Tensor]:
        """What gives the logits for so many pairs; `tokens` are some of them."""
        if self._is_whole and pairs >= MANY:
            if self._compiled[0] is not self.network_:
                ends = sorted(tokens, key=len)
                self._compiled = self.network_, compiled(self.network_, self._padded([*ends[:2], *ends[-2:]]))
            if found := self._compiled[1]:
                return found
        return lambda **inputs: self.network_(**inputs).logits

    @property
    def precision_(self) -> str:
        """The arithmetic of the answers on this machine (see `precisions.precision`)."""
        return precision()

    @property
    def _columns(self) -> np.ndarray:
        """The network's output for each of `classes_`."""
        named = [STANCE_OF.get(label.lower(), "") for _, label in sorted(self.network_.config.id2label.items())]
        return np.array([named.index(stance) for stance in self.classes_])

    def _tokens(self, X: pd.DataFrame) -> list[list[int]]:
        """The pair as the network reads it: headline, context, statement, hypothesis, its separators between them.

        Of the headline the first HEADLINE tokens are read, of the context the `before` nearest to the statement.
        What is still too long is cut: the beginning of the context first, then the end of the statement.
        """
        frame, (word,) = self.tokenizer_.encode("a", "a").ids, self.tokenizer_.encode("a", add_special_tokens=False).ids
        here, there = (place for place, part in enumerate(frame) if part == word)
        head, joint, tail = frame[:here], frame[here + 1 : there], frame[there + 1 :]

        around: list[list[list[int]]] = [
            self._ids(X[name].fillna("")) if self.context and name in X else [[]] * len(X)
            for name in ("headline", "context")
        ]
        found = []
        for headline, before, (text, target) in zip(*around, self._asked(X), strict=True):
            target = target[: self._longest // 2]
            room = self._longest - len(target) - (len(frame) - 2)
            text = text[:room]
            room -= len(text)
            read: list[int] = []
            for part, most in ((headline[:HEADLINE], HEADLINE), (before, self.before)):
                kept = part[-min(most, max(room - 1, 1)) :]
                if kept and room > LEAST_CONTEXT:
                    read += [*kept, tail[-1]]
                    room -= len(kept) + 1
            found.append([*head, *read, *text, *joint, *target, *tail])
        return found

    def unread(self, X: pd.DataFrame) -> np.ndarray:
        """How many tokens at the end of each text and target are not read, shape (pairs, 2)."""
        frame = len(self.tokenizer_.encode("a", "a").ids) - 2
        left = [(len(text) + min(len(target), self._longest // 2) + frame - self._longest,
                 len(target) - self._longest // 2) for text, target in self._asked(X)]  # fmt: skip
        return np.array(left, int).reshape(-1, 2).clip(0)

    @property
    def _longest(self) -> int:
        return min(self.length, self.network_.config.max_position_embeddings - 2)  # some begin to count at 2

    def _asked(self, X: pd.DataFrame) -> Iterator[tuple[list[int], list[int]]]:
        targets = (self.hypothesis.format(words) for words in X["target"])
        return zip(self._ids(X["text"]), self._ids(targets), strict=True)

    def _ids(self, texts: Iterable[str]) -> list[list[int]]:
        texts = list(texts)
        once = list(dict.fromkeys(texts))  # a statement is asked of each target
        read = self.tokenizer_.encode_batch(once, add_special_tokens=False)
        ids = {text: one.ids for text, one in zip(once, read, strict=True)}
        return [ids[text] for text in texts]

    def _padded(self, rows: list[list[int]]) -> dict[str, torch.Tensor]:
        width = -(-max(map(len, rows)) // 8) * 8
        ids = torch.full((len(rows), width), self.network_.config.pad_token_id or 0)
        mask = torch.zeros((len(rows), width), dtype=torch.long)
        for place, row in enumerate(rows):
            ids[place, : len(row)] = torch.tensor(row)
            mask[place, : len(row)] = 1
        device = self.network_.device
        return {"input_ids": ids.to(device), "attention_mask": mask.to(device)}


class Checkpoint(CrossEncoder):
    """A Hugging Face checkpoint for pairs of texts, stance or inference, in the folder `path`: read, never trained.

    It is asked whether the text entails `hypothesis`, in which {} stands for the target in words. Weights must be
    safetensors, and the tokenizer a tokenizer.json.
    """

    def __init__(self, path: str = "", hypothesis: str = "The speaker supports {}.", context: bool = False,
                 before: int = 128, length: int = 256, batch: int = 16):  # fmt: skip
        self.path = path
        self.hypothesis = hypothesis
        self.context = context
        self.before = before
        self.length = length
        self.batch = batch

    def fit(self, X: pd.DataFrame | None = None, y: Iterable[str] | None = None) -> Self:
        """The estimator itself, its weights loaded; X and y teach it nothing. Raises InputError for anything else."""
        config, self.tokenizer_ = _described(self.path)
        self.network_, self._is_whole = _network(self.path, config, whole=True), True
        named = [label.lower() for _, label in sorted(config.id2label.items())]
        stances = [STANCE_OF.get(label, "") for label in named]
        if sorted(stances) not in (sorted(STANCES), ["oppose", "support"]):
            known = f"{', '.join(STANCES)} or entailment, contradiction, neutral"
            expected = f"labels such as {known}, not {', '.join(named)}"
            raise InputError(expected, Path(self.path) / "config.json", field="id2label")
        self.classes_ = np.unique(stances)
        return self

    def _padded(self, rows: list[list[int]]) -> dict[str, torch.Tensor]:
        """As such networks were trained: the second text's tokens are of another type, where types are told apart."""
        read = super()._padded(rows)
        if (getattr(self.network_.config, "type_vocab_size", 0) or 0) > 1:
            types = torch.zeros_like(read["input_ids"])
            for place, row in enumerate(rows):
                types[place, len(row) - 1 - row[-2::-1].index(row[-1]) : len(row)] = 1  # behind the last joint
            read["token_type_ids"] = types
        return read


class FineTuned(CrossEncoder):
    """A cross-encoder over (statement with its context, target), which answers support, oppose or none.

    `base` is the folder of a Hugging Face encoder. The target is put into `hypothesis` at {}; where `context` is true,
    the frame's columns `headline` and `context`, as far as there are any, stand before the statement. Training takes
    `epochs` passes in batches of `batch` pairs, at most `length` tokens each, with AdamW (Loshchilov & Hutter 2019) at
    a learning rate that climbs to `rate` and falls to 0. Where `checkpoints` names a folder, a run that stopped goes on
    from there. With a dev part, looked at four times an epoch, the best weights are kept, and training ends after
    `patience` looks without a better macro-F1 (0: never). With `warm_start`, `fit` goes on from the network as it is.
    The lowest `frozen` layers of the encoder stay as they are, and need no gradients. `temperature_` is what the
    unsmoothed answers are divided by before they become probabilities (Guo et al. 2017).
    """

    temperature_ = 1.0

    def __init__(
        self,
        base: str = "",
        hypothesis: str = "The speaker supports {}.",
        context: bool = True,
        before: int = 128,
        epochs: float = 3,
        rate: float = 3e-5,
        batch: int = 32,
        length: int = 256,
        seed: int = 0,
        patience: int = 0,
        checkpoints: str = "",
        warm_start: bool = False,
        frozen: int = 0,
    ):
        self.base = base
        self.hypothesis = hypothesis
        self.context = context
        self.before = before
        self.epochs = epochs
        self.rate = rate
        self.batch = batch
        self.length = length
        self.seed = seed
        self.patience = patience
        self.checkpoints = checkpoints
        self.warm_start = warm_start
        self.frozen = frozen

    def fit(self, X: pd.DataFrame, y: Any, dev: tuple[pd.DataFrame, Iterable[str]] | None = None) -> Self:
        """The estimator itself, fitted to the pairs X and their stances y, or probabilities, shape (pairs, stances in
        alphabetical order). `dev` is a pair like (X, y), by which the best moment is chosen. Raises InputError for
        labels that are no stances, or all the same.
        """
        check_consistent_length(checked(X), y)
        self.classes_ = np.array(sorted(STANCES))
        wanted = np.asarray(y)
        if wanted.ndim == 1:
            if unknown := {str(label) for label in wanted} - set(STANCES):
                raise InputError(f"labels among {', '.join(STANCES)}, not {', '.join(sorted(unknown))}")
            if len(set(wanted)) < 2:
                raise InputError(f"labels of two stances or more, not only {', '.join(set(wanted)) or 'none at all'}")
            wanted = (wanted[:, None] == self.classes_).astype(np.float32)
        torch.manual_seed(self.seed)
        self._is_whole = False
        if not (self.warm_start and hasattr(self, "network_")):
            self.network_, self.tokenizer_ = self._begun()
        self._trained(self._tokens(X), torch.tensor(wanted, dtype=torch.float32), dev)
        return self

    def _begun(self) -> tuple[Any, Tokenizer]:
        """The network that training begins with, and its tokenizer: the encoder, with a new head if it has none."""
        config, tokenizer = _described(self.base)
        labels = dict(enumerate(sorted(STANCES)))
        config.id2label, config.label2id = labels, {name: place for place, name in labels.items()}
        # Dropout costs a third of the time on a processor; few passes, decay and smoothing take its place.
        config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0
        return _network(self.base, config), tokenizer

    def _judged(self, X: pd.DataFrame) -> np.ndarray:
        return softmax(unsmoothed(self.logits(X)) / self.temperature_, axis=1)

    def state(self) -> tuple[dict[str, np.ndarray], dict[str, bytes], dict[str, Any]]:
        """What `save` writes: arrays, files, configuration. Matrices become int8 with a scale a row, in memory too, so
        that what is saved answers as what was fitted.
        """
        arrays: dict[str, np.ndarray] = {}
        for name, value in self.network_.state_dict().items():
            whole = value.detach().cpu().float()
            if whole.ndim == 2:
                scale = whole.abs().amax(1, keepdim=True).clamp(min=1e-12) / 127
                small = torch.round(whole / scale).to(torch.int8)
                value.copy_(small.float() * scale)
                arrays |= {name: small.numpy(), f"{name}.scale": scale.numpy()}
            elif whole.is_floating_point():
                arrays[name] = whole.numpy()
        described = self.network_.config.to_dict()
        described.pop("_name_or_path", None)  # a folder of whoever trained it
        files = {"tokenizer.json": self.tokenizer_.to_str(pretty=False).encode()}
        return arrays, files, {"network": described, "temperature": self.temperature_}

    def restore(self, arrays: dict[str, np.ndarray], files: dict[str, bytes], config: dict[str, Any]) -> None:
        """Take up what `state` gave."""
        described = AutoConfig.for_model(**config["network"])
        with torch.device("meta"):  # which takes no memory, whatever a stranger's configuration asks for
            asked = AutoModelForSequenceClassification.from_config(described, trust_remote_code=False)
        expected = "weights for each part of the network, and no others"
        for name, part in asked.named_parameters():
            if name not in arrays or arrays[name].shape != part.shape:
                raise InputError(f"{expected} ({name})")
        self.network_ = AutoModelForSequenceClassification.from_config(described, trust_remote_code=False)
        weights = {}
        for name, array in arrays.items():
            if not name.endswith(".scale"):
                scale = arrays.get(f"{name}.scale", np.float32(1))
                weights[name] = torch.from_numpy(array.astype(np.float32) * scale)
        if unknown := self.network_.load_state_dict(weights, strict=False).unexpected_keys:
            raise InputError(f"{expected} ({', '.join(unknown[:3])})")
        self.tokenizer_ = Tokenizer.from_str(files["tokenizer.json"].decode())
        self.temperature_, self._is_whole = config["temperature"], True

    # Training ---------------------------------------------------------------------------------------------------------

    def _batches(self, lengths: np.ndarray) -> Iterator[np.ndarray]:
        """The rows of each batch, epoch after epoch: shuffled, then sorted by length within a pool, then shuffled."""
        left = round(self.epochs * len(lengths))
        epoch = 0
        while left > 0:
            random = np.random.default_rng([self.seed, epoch])
            order = random.permutation(len(lengths))[:left]
            batches = []
            for start in range(0, len(order), POOL * self.batch):
                pool = order[start : start + POOL * self.batch]
                pool = pool[np.argsort(lengths[pool], kind="stable")]
                batches += [pool[place : place + self.batch] for place in range(0, len(pool), self.batch)]
            yield from (batches[place] for place in random.permutation(len(batches)))
            left -= len(order)
            epoch += 1

    def _trained(self, tokens: list[list[int]], wanted: torch.Tensor, dev: Any) -> None:
        network = self.network_.to("cuda" if torch.cuda.is_available() else "cpu")
        for name, parameter in network.named_parameters():
            parameter.requires_grad = not self._frozen(name)
        learned = {name: parameter for name, parameter in network.named_parameters() if parameter.requires_grad}
        decayed = [parameter for parameter in learned.values() if parameter.ndim > 1]
        others = [parameter for parameter in learned.values() if parameter.ndim == 1]
        groups = [{"params": decayed, "weight_decay": 0.01}, {"params": others, "weight_decay": 0.0}]
        optimizer = torch.optim.AdamW(groups, lr=self.rate, fused=True)
        batches = list(self._batches(np.array([len(ids) for ids in tokens])))
        looks = max(len(batches) // max(round(4 * self.epochs), 1), 1)
        smoothed = wanted * (1 - SMOOTHING) + SMOOTHING / wanted.shape[1]
        run = Run(self.checkpoints, network, optimizer, self._fingerprint(tokens, wanted))
        best = run.best
        network.train()
        bar = tqdm(total=len(batches), initial=run.step, unit="batch", disable=None)
        while run.step < len(batches):
            rows = batches[run.step]
            for group in optimizer.param_groups:
                group["lr"] = self.rate * climb(run.step, len(batches))
            torch.manual_seed(self.seed + run.step)  # the same dropout whether or not the run was stopped here
            with arithmetic():
                logits = network(**self._padded([tokens[row] for row in rows])).logits
            loss = torch.nn.functional.cross_entropy(logits.float(), smoothed[rows].to(network.device))
            loss.backward()
            torch.nn.utils.clip_grad_norm_(learned.values(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
            run.step += 1
            run.loss = 0.98 * run.loss + 0.02 * loss.item() if run.step > 1 else loss.item()
            bar.update()
            bar.set_postfix(loss=f"{run.loss:.3f}", refresh=False)
            if dev and (run.step % looks == 0 or run.step == len(batches)):
                score = f1_score(list(dev[1]), self.predict(dev[0]), average="macro")
                network.train()
                run.history.append({"step": run.step, "loss": round(run.loss, 4), "dev": round(float(score), 4)})
                print(json.dumps(run.history[-1]), flush=True)
                if best is None or score > best["score"]:
                    run.best = best = {"score": float(score), "step": run.step}
                    run.kept = {name: value.detach().cpu().clone() for name, value in learned.items()}
                elif self.patience and run.step - best["step"] >= self.patience * looks:
                    run.step = len(batches)  # so that a run which ended is not gone on with
            run.checkpoint()
        bar.close()
        if run.kept:
            network.load_state_dict(run.kept, strict=False)
        self.history_ = run.history
        run.checkpoint(final=True)

    def _frozen(self, name: str) -> bool:
        """Whether a parameter stays as it is: embeddings always, so that rare words keep their meaning."""
        if layer := re.search(r"\.layers?\.(\d+)\.", name):
            return int(layer[1]) < self.frozen
        # What all layers share (mpnet's attention bias) must rest with the lowest, or nothing would be saved.
        return "embeddings" in name or (self.frozen > 0 and ".encoder." in name)

    def _fingerprint(self, tokens: list[list[int]], wanted: torch.Tensor) -> str:
        parameters = {name: value for name, value in self.get_params().items() if name != "checkpoints"}
        return hashlib.sha256(json.dumps([parameters, tokens]).encode() + wanted.numpy().tobytes()).hexdigest()


def unsmoothed(logits: np.ndarray) -> np.ndarray:
    """Log-probabilities, shape (pairs, stances), without the share that training spread over all stances: a network
    that has learned smoothed labels is never surer than they were (Müller et al. 2019), though it is right more often.
    """
    probabilities = softmax(logits, axis=1)
    spread = SMOOTHING / logits.shape[1]
    return np.log(np.maximum((probabilities - spread) / (1 - SMOOTHING), LEAST))


def _described(folder: str) -> tuple[Any, Tokenizer]:
    """The configuration and tokenizer of a Hugging Face checkpoint. Raises InputError where the folder has none."""
    try:
        config = AutoConfig.from_pretrained(folder, **OFFLINE)
        tokenizer = Tokenizer.from_file(str(Path(folder) / "tokenizer.json"))
    except Exception as error:  # tokenizers raises nothing narrower
        reason = str(error).strip().partition("\n")[0]
        raise InputError(f"a checkpoint with config.json and tokenizer.json ({reason})", folder) from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return config, tokenizer


def _network(folder: str, config: Any, whole: bool = False) -> Any:
    """The network of a checkpoint; where it is not `whole`, the head may be a new one, which knows nothing yet.

    Raises InputError where other weights are missing.
    """
    verbosity = logging.get_verbosity()
    logging.set_verbosity_error()  # what is missing is said below, in one line
    logging.disable_progress_bar()
    try:
        network, report = AutoModelForSequenceClassification.from_pretrained(
            folder, config=config, use_safetensors=True, dtype=torch.float32, output_loading_info=True, **OFFLINE
        )
    except (OSError, ValueError, KeyError, ImportError, RuntimeError, SafetensorError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise InputError(f"a checkpoint with weights in safetensors ({reason})", folder) from error
    finally:
        logging.set_verbosity(verbosity)
        logging.enable_progress_bar()
    encoder = f"{network.base_model_prefix}."
    missing = [name for name in sorted(report["missing_keys"])
               if whole or (name.startswith(encoder) and ".pooler." not in name)]  # fmt: skip
    if missing:
        expected = f"weights for each part of the network ({len(missing)} are missing: {missing[0]}, ...)"
        raise InputError(expected, folder)
    return network
