"""Shapley values: the average gain of each player over the orders in which players can join.

A coalition is an integer whose bit i says whether player i is in it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import permutations
from random import Random

Order = tuple[int, ...]

SEED = 0


def draw_orders(players: int, pairs: int) -> list[Order]:
    """Draw orders at random, the same ones each time, each followed by its reverse.

    Antithetic sampling: an order and its reverse have opposite errors if players interact in pairs,
    such as "not" and "good" (Mitchell et al. 2022, "Sampling permutations for Shapley value
    estimation", arXiv:2104.12199).
    """
    random = Random(SEED)  # noqa: S311 - reproducible on purpose
    orders: list[Order] = []
    for _ in range(pairs):
        order = random.sample(range(players), players)
        orders += [tuple(order), tuple(reversed(order))]
    return orders


def list_orders(players: int) -> list[Order]:
    """List every order; the average over all of them is the exact Shapley value."""
    return list(permutations(range(players)))


def walk_coalitions(order: Sequence[int]) -> Iterator[int]:
    """Yield the empty coalition, then the coalition after each player joins."""
    coalition = 0
    yield coalition
    for player in order:
        coalition |= 1 << player
        yield coalition


def list_coalitions(orders: Iterable[Order]) -> set[int]:
    """List the distinct coalitions of all orders."""
    return {coalition for order in orders for coalition in walk_coalitions(order)}


def average_gains(orders: Sequence[Order], values: Mapping[int, float]) -> list[float]:
    """Average the gain of each player when it joins.

    Args:
        orders: Orders of all the players.
        values: Value of every coalition of the orders.

    Returns:
        A gain per player. They add up to the value of all players minus that of the empty
        coalition.
    """
    totals = [0.0] * len(orders[0])
    for order in orders:
        before, *joined = (values[coalition] for coalition in walk_coalitions(order))
        for player, after in zip(order, joined, strict=True):
            totals[player] += after - before
            before = after
    return [total / len(orders) for total in totals]
