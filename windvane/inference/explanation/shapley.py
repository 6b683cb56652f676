"""Shapley values: what each player adds to a game, over the orders in which they may join it.

A coalition is an integer whose bit i says whether player i is in it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import permutations
from random import Random

Order = tuple[int, ...]

SEED = 0


def draw_orders(players: int, pairs: int) -> list[Order]:
    """Draw orders at random, the same ones each time, each followed by its reverse.

    An order and its reverse err in opposite ways where players meet in twos, such as "not" and
    "good": antithetic sampling (Mitchell et al. 2022, "Sampling permutations for Shapley value
    estimation", arXiv:2104.12199).
    """
    random = Random(SEED)  # noqa: S311 - the same numbers each time are what is wanted
    orders: list[Order] = []
    for _ in range(pairs):
        order = random.sample(range(players), players)
        orders += [tuple(order), tuple(reversed(order))]
    return orders


def list_orders(players: int) -> list[Order]:
    """List every order: what is averaged over them is the Shapley value itself."""
    return list(permutations(range(players)))


def walk_coalitions(order: Sequence[int]) -> Iterator[int]:
    """Let the players join one by one; gives the coalition after each, the empty one before."""
    coalition = 0
    yield coalition
    for player in order:
        coalition |= 1 << player
        yield coalition


def list_coalitions(orders: Iterable[Order]) -> set[int]:
    """List every coalition that the orders come by, each once."""
    return {coalition for order in orders for coalition in walk_coalitions(order)}


def average_gains(orders: Sequence[Order], values: Mapping[int, float]) -> list[float]:
    """Average what each player adds when it joins.

    Args:
        orders: Orders of all the players.
        values: Worth of every coalition that the orders come by.

    Returns:
        A gain per player. Each order's gains add up to what all players are worth together less
        what nobody is worth, and so do the averages.
    """
    totals = [0.0] * len(orders[0])
    for order in orders:
        before, *joined = (values[coalition] for coalition in walk_coalitions(order))
        for player, after in zip(order, joined, strict=True):
            totals[player] += after - before
            before = after
    return [total / len(orders) for total in totals]
