import time

from app.bench.quiet import BUSY, Measured, Watch, interleave


def test_disturbed_figures_do_not_count_while_there_are_undisturbed_ones():
    found = Measured([1.0, 9.0, 2.0, 3.0], [0.0, 1.5, 0.1, 0.0])
    assert found.median == 2.0
    assert found.disturbed == 0.0


def test_when_all_were_disturbed_the_calmer_half_counts_and_it_is_said():
    found = Measured([1.0, 2.0, 30.0, 40.0], [0.5, 0.6, 1.9, 2.0])
    assert found.median == 1.5
    assert found.disturbed > BUSY


def test_nothing_measured_has_no_median():
    assert Measured().median is None
    assert Measured().disturbed == 0.0


def test_our_own_work_is_not_taken_for_others():
    def work() -> float:
        until = time.process_time() + 0.2
        while time.process_time() < until:
            pass
        return 7.0

    found = Measured()
    assert Watch().measure(found, work) == 7.0
    assert found.values == [7.0]
    assert 0 <= found.others[0] < 64


def test_sides_take_turns():
    order = []
    sides = {name: lambda name=name: float(order.append(name) or len(order)) for name in "ab"}
    found = interleave(Watch(), sides, rounds=3, tries=1, rest_s=0)
    assert order == list("ababab")
    assert found["a"].values == [1, 3, 5]
    assert found["b"].values == [2, 4, 6]


def test_two_sets_of_figures_become_one():
    one, other = Measured([1.0], [0.0]), Measured([3.0], [0.0])
    one.add(other)
    assert one.median == 2.0
