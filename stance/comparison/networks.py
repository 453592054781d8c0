"""Networks: who takes which side on what, and who sides with whom, each tie with a 95% interval.

Discourse networks after Leifeld (2017, in The Oxford Handbook of Political Networks), with the options of the Discourse
Network Analyzer (Leifeld, Gruber & Bossner 2019, DNA manual) in the words of this suite: its concept is a target, its
agreement a stance. A statement that takes no position is in no network.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple, cast

import networkx as nx
import numpy as np
import pandas as pd
from scipy.special import stdtrit

from stance.comparison.comparisons import UNMATCHED, Comparison
from stance.comparison.estimates import FEW, SEED
from stance.comparison.shares import CORRECTED, estimated
from stance.files import InputError
from stance.labels.dna import Dna
from stance.tables import write_table, write_text

SIDES = ("support", "oppose")
PERIODS = {"week": 10, "month": 7, "year": 4}  # characters of an ISO date that tell the period
DUPLICATES = ("statement", "article", *PERIODS, "once")
ALLOWED: dict[str, dict[str, tuple[str, ...]]] = {
    "two": {"agreement": ("subtract", "ignore", "combine"), "normalise": ("none", "activity", "prominence")},
    "one": {"agreement": ("congruence", "conflict", "subtract", "ignore"),
            "normalise": ("none", "average", "jaccard", "cosine")},
}  # fmt: skip
ENDINGS = (".csv", ".graphml", ".jsonl")
BLOCKS = 100  # of article groups, each left out once


class Way(NamedTuple):
    """How statements become a network.

    Mode two ties actors to targets. `agreement`: subtract (support minus oppose), ignore (their sum) or combine (1 for
    support, 2 oppose, 3 both); `normalise`: by the activity of the actor or the prominence of the target.

    Mode one ties actors by the targets they share: the product of how often each speaks, summed over targets and sides.
    `agreement`: congruence (same side), conflict (opposite sides), subtract (the one minus the other) or ignore;
    `normalise`: by the average activity of the two, Jaccard's coefficient or the cosine of their counts. (Where DNA 3
    says cosine it divides by the product of the two activities, which is none.)

    `duplicates`: what an actor says again on a target and side counts once in an article, ISO week, month, year or at
    all; by article where a date does not tell the period.
    """

    mode: str = "two"
    agreement: str = "subtract"
    normalise: str = "none"
    duplicates: str = "statement"


@dataclass(frozen=True)
class Network:
    """`weights`, shape (rows, columns), between `rows` and `columns` in order of name, with their intervals `low` to
    `high`, NaN where there is none; of each actor its kind and its number of statements; ISO dates or empty.
    """

    way: Way
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    weights: np.ndarray
    low: np.ndarray
    high: np.ndarray
    kinds: dict[str, str]
    statements: dict[str, int]
    since: str = ""
    until: str = ""

    @cached_property
    def ties(self) -> pd.DataFrame:
        """The ties whose weight is not 0, each pair once: one, other, weight, low, high, since, until."""
        kept = np.triu(self.weights) if self.way.mode == "one" else self.weights
        i, j = np.nonzero(kept.round(9))
        ends = {"one": np.array(self.rows, object)[i], "other": np.array(self.columns, object)[j]}
        numbers = {name: getattr(self, f"{name}")[i, j] for name in ("weights", "low", "high")}
        table = pd.DataFrame(ends | numbers).rename(columns={"weights": "weight"})
        return table.assign(since=self.since, until=self.until)

    @cached_property
    def graph(self) -> nx.Graph:
        """The network for networkx. Nodes have name, mode (actor or target), and actors kind and statements; edges
        weight, and low and high where there is an interval.
        """
        graph = nx.Graph()
        for name in self.rows:
            known = {"kind": self.kinds[name], "statements": self.statements[name]}
            graph.add_node(f"actor {name}", name=name, mode="actor", **known)
        other = "target" if self.way.mode == "two" else "actor"
        graph.add_nodes_from((f"{other} {name}", {"name": name, "mode": other}) for name in self.columns)
        for tie in self.ties.dropna(axis=1, how="all").to_dict("records"):
            known = {name: tie[name] for name in ("weight", "low", "high") if tie.get(name) == tie.get(name, np.nan)}
            graph.add_edge(f"actor {tie['one']}", f"{other} {tie['other']}", **known)
        return graph


# What is counted ----------------------------------------------------------------------------------------------------


def coded(comparison: Comparison, of: str = "organisation") -> pd.DataFrame:
    """The statements of a comparison as `network` takes them, by stakeholder or, `of` person, by named speaker: its
    table with `actor` and `target` in words, `target_id`, and the `kind` of the actor.
    """
    if of == "organisation":
        rows = comparison.spoken[comparison.spoken["stakeholder"] != UNMATCHED]
        kinds = {one.stakeholder: one.kind for one in comparison.codebook.stakeholders}
        actors, kind = rows["stakeholder"].map(comparison.names["stakeholder"]), rows["stakeholder"].map(kinds)
    else:
        named = {said.statement: said.speaker for said in comparison.statements if said.speaker}
        rows = comparison.table[comparison.table["statement"].isin(named)]
        actors = rows["statement"].map(named)
        kind = actors.map(lambda _: "")
    # A target is known by its identifier to `estimated`, and by its name here.
    targets = rows["target"].map(comparison.names["target"])
    return rows.assign(actor=actors, kind=kind, target_id=rows["target"], target=targets)


def coded_in_dna(dna: Dna, of: str = "organisation") -> pd.DataFrame:
    """The statements of a DNA file as `network` takes them; those without an actor or a concept are left aside."""
    days = {one.document: one.published for one in dna.documents}
    table = pd.DataFrame(dna.codings, columns=dna.codings[0]._fields if dna.codings else None)
    table = table.assign(
        statement=table.index, article=table["document"], group=table["document"], actor=table[of],
        published=table["document"].map(days), target=table["concept"],
        kind=[dna.kinds.get(name, ("",))[0] if of == "organisation" else "" for name in table[of]],
    )  # fmt: skip
    return table[(table["actor"] != "") & (table["target"] != "")]


def within(rows: pd.DataFrame, since: str = "", until: str = "", exclude: Iterable[str] = ()) -> pd.DataFrame:
    """The rows from one ISO date to another, both included, without the actors and targets that `exclude` names.

    A bound reaches as far as it is exact: until 2017 holds all of 2017. What is undated, or less exactly dated than it
    takes to tell, lies in no range. Raises InputError for a bound that is no date and a name that nobody has.
    """
    for field, bound in (("since", since), ("until", until)):
        if not re.fullmatch(r"(\d{4}(-\d\d(-\d\d)?)?)?", bound):
            raise InputError(f"an ISO date such as 2017-07 or 2017-07-01, not {bound!r}", field=field)
        if bound:
            near = rows["published"].str[: len(bound)]
            told = near.map(
                lambda day, bound=bound: day != "" and (len(day) == len(bound) or not bound.startswith(day))
            )
            rows = rows[told & ((near >= bound) if field == "since" else (near <= bound))]
    for name in exclude:
        there = (rows["actor"] == name) | (rows["target"] == name)
        if not there.any():
            raise InputError(f"an actor or a target with statements, not {name!r}", field="exclude")
        rows = rows[~there]
    return rows


# The network --------------------------------------------------------------------------------------------------------


def network(
    rows: pd.DataFrame, way: Way | None = None, comparison: Comparison | None = None,
    nodes: pd.DataFrame | None = None, since: str = "", until: str = "",
) -> Network:  # fmt: skip
    """The network of coded statements (see `coded`); actors and targets that are in `nodes` only are isolates. Raises
    InputError for a way that there is not, and where nobody takes a position.

    An interval is of the tie in as many other articles of this kind. Each of at most 100 blocks of article groups is
    left out in turn and the network made again (delete-a-group jackknife, Kott 2001), reckoned in logarithms where no
    weight is below 0. Where a random sample of a cell of the `comparison` is labelled, its counts are those of
    `shares.estimated`, in which the sample corrects the model. A tie has no interval if the model alone decided any of
    its cells, or a part of one where duplicates are left out; none has from fewer than five groups.
    """
    way = way or Way()
    allowed: dict[str, tuple[str, ...]] = {
        "mode": tuple(ALLOWED),
        **ALLOWED.get(way.mode, {}),
        "duplicates": DUPLICATES,
    }
    for field, values in allowed.items():
        if getattr(way, field) not in values:
            told = f"one of {', '.join(values)}{'' if field == 'mode' else f' with mode {way.mode}'}"
            raise InputError(f"{told}, not {getattr(way, field)!r}", field=field)
    if way.agreement == "combine" and way.normalise != "none":
        raise InputError("none where agreement is combine, whose weights count nothing", field="normalise")
    sided = rows[rows["stance"].isin(SIDES)]
    if sided.empty:
        raise InputError("at least one statement by somebody named that takes a position")
    shown = sided if nodes is None else pd.concat([sided, nodes])
    actors, targets = (tuple(sorted(set(shown[name]))) for name in ("actor", "target"))
    made = _made_again(rows, way, actors, targets, comparison)
    weights, unsure = next(made)
    number, total, squares = 0, np.zeros(weights.shape), np.zeros(weights.shape)
    for again, _ in made:
        number, total, squares = number + 1, total + again, squares + again**2
    low = high = np.full(weights.shape, np.nan)
    if number >= FEW and way.agreement != "combine":
        error = np.sqrt(np.maximum((number - 1) / number * (squares - total**2 / number), 0))
        reach = np.where(unsure | (error < 1e-9), np.nan, float(stdtrit(number - 1, 0.975)) * error)
        low, high = weights - reach, weights + reach
        if way.agreement != "subtract":
            factor = np.exp(np.divide(reach, weights, out=np.full(weights.shape, np.nan), where=weights > 0))
            low, high = weights / factor, weights * factor
    heard = sided.groupby("actor")["statement"].nunique()
    counts = {name: int(heard.get(name, 0)) for name in actors}
    kinds = dict(zip(shown["actor"], shown["kind"], strict=True))
    return Network(
        way, actors, targets if way.mode == "two" else actors, weights, low, high, kinds, counts, since, until
    )


def moving(
    rows: pd.DataFrame, length: str, way: Way | None = None, comparison: Comparison | None = None,
    nodes: pd.DataFrame | None = None,
) -> list[Network]:  # fmt: skip
    """The networks of a window such as '6 months', which moves on by one unit from the first whole date until it holds
    the last; none where nobody takes a position. Raises InputError for another text, where nothing is dated to the day,
    and as `network` does.
    """
    found = re.fullmatch(r"([1-9]\d*) ?(day|week|month|year)s?", length)
    days = rows.loc[rows["published"].str.len() == 10, "published"]
    if not found or days.empty:
        raise InputError(f"a length such as '6 months', and statements with dates, not {length!r}", field="window")
    first, number = pd.Timestamp(days.min()), int(found[1])
    made, step, until = [], 0, ""
    while until < days.max():
        since = f"{first + _offset(step, found[2]):%Y-%m-%d}"
        until = f"{first + _offset(step + number, found[2]) - _offset(1, 'day'):%Y-%m-%d}"
        part, step = within(rows, since, until), step + 1
        if part["stance"].isin(SIDES).any():
            made.append(network(part, way, comparison, nodes, since, until))
    return made


def _offset(number: int, unit: str) -> Any:
    return pd.DateOffset(**{f"{unit}s": number})  # type: ignore[arg-type]


def _made_again(
    rows: pd.DataFrame, way: Way, actors: Sequence[str], targets: Sequence[str], comparison: Comparison | None
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The weights of the network and which of them rest on a model alone; then the same without each block."""
    shape = len(actors), len(targets), len(SIDES)
    group, names = pd.factorize(rows["group"], sort=True)
    blocks = min(len(names), BLOCKS)
    block = np.random.default_rng(SEED).permutation(len(names))[group] % blocks
    actor, target, side = (
        pd.Index(of).get_indexer(pd.Index(rows[name]))
        for name, of in (("actor", actors), ("target", targets), ("stance", SIDES))
    )
    cell = np.where((actor < 0) | (target < 0), -1, actor * shape[1] + target)
    code = np.where((cell < 0) | (side < 0), -1, cell * 2 + side)
    same = pd.DataFrame({"what": cell if way.agreement == "ignore" else code, "unit": _units(rows, way.duplicates)})
    corrected, moved, alone = _corrected(rows.assign(cell=cell, block=block), way, shape, blocks, comparison)

    def counted(kept: np.ndarray) -> np.ndarray:
        places = code[kept] if way.duplicates == "statement" else code[kept][~same[kept].duplicated()]
        return np.bincount(places, minlength=shape[0] * shape[1] * 2).reshape(shape).astype(float)

    there = np.bincount(cell[cell >= 0], minlength=shape[0] * shape[1]).reshape(shape[:2]) > 0
    unsure = alone if way.mode == "two" else (alone @ there.T) | (there @ alone.T)
    yield _weights(np.where(np.isnan(corrected), counted(code >= 0), corrected), way), unsure
    for left_out in range(blocks if blocks > 1 else 0):
        again = counted((code >= 0) & (block != left_out))
        again = np.where(np.isnan(corrected), again, corrected - moved[left_out])
        yield _weights(np.maximum(again, 0) * blocks / (blocks - 1), way), unsure


def _units(rows: pd.DataFrame, duplicates: str) -> "pd.Series | str":
    """Within what the same thing said again counts once, for each row."""
    if duplicates not in PERIODS:
        return {"article": rows["article"].reset_index(drop=True)}.get(duplicates, "")
    told = rows["published"].str.len() >= PERIODS[duplicates]
    period = rows["published"].str[: PERIODS[duplicates]]
    if duplicates == "week":
        period = pd.to_datetime(period.where(told)).dt.strftime("%G-%V")
    return period.where(told, "article " + rows["article"].astype(str)).reset_index(drop=True)


def _corrected(
    rows: pd.DataFrame, way: Way, shape: tuple[int, int, int], blocks: int, comparison: Comparison | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The counts of cells that a labelled sample corrects (else NaN), how far each block moves them, and which cells
    the model alone decided.
    """
    counts, moved, alone = np.full(shape, np.nan), np.zeros((blocks, *shape)), np.zeros(shape[:2], bool)
    if comparison is None:
        return counts, moved, alone
    columns = (comparison.spoken if "stakeholder" in rows else comparison.table).columns
    for place, part in rows[rows["cell"] >= 0].groupby("cell"):
        at, labelled = divmod(cast(int, place), shape[1]), part["label"] != ""
        if labelled.all():
            continue
        found = estimated(comparison, part.assign(target=part["target_id"])[columns]) if labelled.any() else None
        if found is None or found.method != CORRECTED or way.duplicates != "statement":
            alone[at] = True
            continue
        heard, block = part.groupby("group").size(), part.groupby("group")["block"].first()
        for side, name in enumerate(SIDES):
            one = found.shares[name]
            counts[(*at, side)] = len(part) * one.value
            # How much is said is chance too: each group moves the share, and the number that it is a share of.
            pull = len(part) * one.influence.reindex(heard.index, fill_value=0) + one.value * heard
            np.add.at(moved[:, *at, side], block.to_numpy(), pull.to_numpy())
    return counts, moved, alone


def _weights(counts: np.ndarray, way: Way) -> np.ndarray:
    """The weights of the ties from `counts`, shape (actors, targets, sides); see `Way`."""
    support, oppose = counts[..., 0], counts[..., 1]
    both = support + oppose
    active = both.sum(1)
    if way.mode == "two":
        sums = {"subtract": support - oppose, "ignore": both, "combine": (support > 0) + 2.0 * (oppose > 0)}
        sizes = {"none": np.ones(1), "activity": active[:, None], "prominence": both.sum(0)}
        return _divided(sums[way.agreement], sizes[way.normalise])
    said = both if way.agreement == "ignore" else counts.reshape(len(counts), -1)
    same, conflict = said @ said.T, np.zeros(1)
    if way.agreement in ("conflict", "subtract"):
        conflict = said @ counts[..., ::-1].reshape(len(counts), -1).T
    by = np.ones(1)
    if way.normalise == "average":
        by = (active[:, None] + active) / 2
    elif way.normalise == "jaccard":
        lacking = said @ (said == 0).T
        by = lacking + lacking.T + same
    elif way.normalise == "cosine":
        by = np.sqrt(np.outer(np.diag(same), np.diag(same)))
    made = _divided(conflict if way.agreement == "conflict" else same - conflict, by)
    np.fill_diagonal(made, 0)
    return made


def _divided(weights: np.ndarray, by: np.ndarray) -> np.ndarray:
    """The quotient, 0 where one would divide by nothing."""
    return np.divide(weights, by, out=np.zeros(weights.shape), where=by > 0)


# Clusters -----------------------------------------------------------------------------------------------------------


class Clusters(NamedTuple):
    """How far actors fall into camps: the `modularity` of the best division found (-0.5 to 1; 0 where camps are no more
    tied within than by chance), from `low` to `high` as each block of articles is left out; the `camps`, largest first;
    and of each actor the share of others, 0 to 1, from whom it then `stays` as together or apart as it is, on average.
    """

    modularity: float
    low: float
    high: float
    camps: tuple[tuple[str, ...], ...]
    stays: dict[str, float]


def clusters(rows: pd.DataFrame, way: Way, comparison: Comparison | None = None) -> Clusters:
    """The camps in a network of mode one, by its ties above 0. Louvain (Blondel et al. 2008) and modularity (Newman
    2006), both by networkx. Raises InputError as `network` does.
    """
    sided = rows[rows["stance"].isin(SIDES)]
    actors, targets = (tuple(sorted(set(sided[name]))) for name in ("actor", "target"))
    (modularity, label), *again = (_camps(made) for made, _ in _made_again(rows, way, actors, targets, comparison))
    again = again or [(modularity, label)]
    together = label[:, None] == label
    stays = np.mean([(other[:, None] == other) == together for _, other in again], axis=0).sum(1) - 1
    camps = sorted(
        (tuple(np.array(actors)[label == one].tolist()) for one in set(label.tolist())), key=len, reverse=True
    )
    ends = [value for value, _ in again]
    shares = (stays / max(len(actors) - 1, 1)).tolist()
    return Clusters(modularity, min(ends), max(ends), tuple(camps), dict(zip(actors, shares, strict=True)))


def _camps(weights: np.ndarray) -> tuple[float, np.ndarray]:
    """The modularity of the best division found, and the number of each node's camp."""
    graph, label = nx.from_numpy_array(np.maximum(weights, 0)), np.arange(len(weights))
    if not graph.size():
        return 0.0, label
    camps = nx.community.louvain_communities(graph, seed=SEED)
    for number, camp in enumerate(sorted(camps, key=min)):
        label[list(camp)] = number
    return float(nx.community.modularity(graph, camps)), label


# Files --------------------------------------------------------------------------------------------------------------


def check_ending(path: str | Path, many: bool = False) -> None:
    """Raise InputError unless the ending of `path` names a format for a network, or for `many`."""
    endings = ENDINGS[-1:] if many else ENDINGS
    if Path(path).suffix not in endings:
        raise InputError(f"a name that ends in {' or '.join(endings)}{' for many networks' * many}", path)


def write_networks(networks: Sequence[Network], path: str | Path) -> None:
    """Write a network as the ending of `path` says: .csv a matrix, .graphml for visone and Gephi, .jsonl a line for
    each tie, also of many networks. Raises InputError for another ending.
    """
    check_ending(path, many=len(networks) > 1)
    one = networks[0]
    if Path(path).suffix == ".jsonl":
        write_table(pd.concat([of.ties for of in networks]), path)
    elif Path(path).suffix == ".csv":
        matrix = pd.DataFrame(one.weights.round(6), columns=list(one.columns))
        matrix = matrix.astype(int) if (matrix == matrix.round()).all(axis=None) else matrix
        write_table(pd.concat([pd.Series(one.rows, name="name"), matrix], axis=1), path)
    else:
        written = BytesIO()
        nx.write_graphml_xml(one.graph, written, prettyprint=True)
        write_text(written.getvalue().decode() + "\n", path)
