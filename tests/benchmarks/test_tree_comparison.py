import os
import time

from benchmarks.child_process import read_cpu_ms
from benchmarks.cold_start.tree_comparison import FLOOR, FUNCTION, SERVER, Start, build_table


def test_build_table_takes_the_median_of_each_rounds_ratio() -> None:
    # A round in which the machine is three times as slow changes no ratio.
    slowness = (1, 3, 1)
    pairs = [
        (
            {FLOOR: Start(100 * s, 80), FUNCTION: Start(200 * s, 160), SERVER: Start(400 * s, 300)},
            {FLOOR: Start(75 * s, 80), FUNCTION: Start(150 * s, 120), SERVER: Start(200 * s, 240)},
        )
        for s in slowness
    ]

    rows = {row[0].text: [cell.text for cell in row[1:]] for row in build_table(pairs).rows}

    assert rows[FUNCTION][:3] == ["200", "150", "0.750 (0.750 to 0.750)"]
    assert rows[FUNCTION][3:] == ["160", "120", "0.750 (0.750 to 0.750)"]
    assert rows[SERVER][2] == "0.500 (0.500 to 0.500)"
    assert rows["function, times its floor"][:3] == ["2.00", "2.00", "1.000 (1.000 to 1.000)"]
    one_floor = rows["function, times the base's floor"]
    assert one_floor[:3] == ["2.00", "1.50", "0.750 (0.750 to 0.750)"]


def test_read_cpu_ms_reads_what_the_process_itself_reads() -> None:
    before = time.process_time() * 1e3
    read = read_cpu_ms(os.getpid())
    after = time.process_time() * 1e3

    assert before <= read <= after
