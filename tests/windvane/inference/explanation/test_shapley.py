"""Shapley values of games whose values are known."""

import pytest

from windvane.inference.explanation.shapley import (
    average_gains,
    draw_orders,
    list_coalitions,
    list_orders,
    walk_coalitions,
)


def test_average_gains_over_all_orders_are_the_shapley_values_of_the_glove_game() -> None:
    # Player 0 has a left glove, 1 and 2 a right one each; a pair is worth 1.
    pairs = {0b011, 0b101, 0b111}
    values = {coalition: float(coalition in pairs) for coalition in range(8)}

    gains = average_gains(list_orders(3), values)

    assert gains == pytest.approx([2 / 3, 1 / 6, 1 / 6])


def test_average_gains_are_exact_over_one_pair_where_players_meet_in_twos() -> None:
    # Each two players who are both in are worth 1, so each of 5 players is worth half of 4.
    def worth(coalition: int) -> float:
        players = coalition.bit_count()
        return players * (players - 1) / 2

    orders = draw_orders(5, pairs=1)

    gains = average_gains(orders, {c: worth(c) for c in list_coalitions(orders)})

    assert gains == [2.0] * 5


def test_average_gains_add_up_to_what_all_are_worth() -> None:
    orders = draw_orders(9, pairs=3)
    values = {coalition: (coalition * 7919 % 101) / 101 for coalition in list_coalitions(orders)}

    gains = average_gains(orders, values)

    assert sum(gains) == pytest.approx(values[0b111111111] - values[0])


def test_draw_orders_follows_each_by_its_reverse() -> None:
    orders = draw_orders(6, pairs=4)

    assert [order[::-1] for order in orders[::2]] == orders[1::2]
    assert len(set(orders)) == 8
    assert {tuple(sorted(order)) for order in orders} == {tuple(range(6))}


def test_draw_orders_draws_the_same_each_time() -> None:
    assert draw_orders(6, pairs=2) == draw_orders(6, pairs=2)
    assert draw_orders(6, pairs=1)[0] == (3, 5, 0, 1, 2, 4)


def test_walk_coalitions_adds_one_player_at_a_time() -> None:
    assert list(walk_coalitions((2, 0, 1))) == [0b000, 0b100, 0b101, 0b111]
