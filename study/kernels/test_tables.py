#!/usr/bin/env python3
"""Tests of the tables' arithmetic: python3 -m unittest discover study/kernels"""
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory

import paired
import tables
import variants
from replays import Replay, agreement, balanced, best_constant


class PairedTests(unittest.TestCase):
    def test_quantiles_of_student(self):
        for degrees, expected in ((1, 12.7062), (2, 4.3027), (9, 2.2622), (18, 2.1009), (1000, 1.9623)):
            self.assertAlmostEqual(paired.t_quantile(degrees), expected, delta=0.001)

    def test_what_both_sides_share_does_not_widen_the_interval(self):
        self.assertEqual(paired.interval([1.0, 1.0, 1.0]), (1.0, 1.0, 1.0))
        mean, low, high = paired.interval([-1.0, 0.0, 1.0])
        self.assertEqual(mean, 0)
        self.assertAlmostEqual(high, 4.3027 / 3 ** 0.5, delta=0.001)
        self.assertAlmostEqual(low, -high)

    def test_verdicts(self):
        for low, high, expected in ((-1.9, 2.0, "holds"), (-1, 3, "undecided"), (2.1, 2.2, "fails"), (-9, -3, "fails"), (None, None, "undecided")):
            self.assertEqual(paired.verdict(low, high, 2.0), expected)


class TableTests(unittest.TestCase):
    def test_balanced_agreement_does_not_depend_on_the_base_rate(self):
        always_a_miss = Replay("fork-1.txt.zst", "linux", "standard", 100, 0, 4, (0, 96, 0, 4))
        self.assertEqual(agreement([always_a_miss]), 96)
        self.assertEqual(best_constant([always_a_miss]), 96)
        self.assertEqual(balanced([always_a_miss]), 50)
        self.assertIsNone(balanced([Replay("fork-1.txt.zst", "linux", "standard", 100, 0, 0, (0, 100, 0, 0))]))

    def test_forks_per_grace_period(self):
        lines = [f" load-1 [000] ..... {second}.000000: task_newtask: pid={second}" for second in range(0, 11)]
        lines += [" rcu-9 [001] ..... 2.000000: rcu_grace_period: rcu_sched 5 start", " rcu-9 [001] ..... 4.500000: rcu_grace_period: rcu_sched 5 end"]
        self.assertAlmostEqual(tables.forks_per_grace_period("\n".join(lines)), 1.1 * 2.5)


class VariantTests(unittest.TestCase):
    def test_each_kernel_starts_from_the_unchanged_files(self):
        with TemporaryDirectory() as folder:
            source = Path(folder)
            for name in variants.FILES:
                (source / name).parent.mkdir(parents=True, exist_ok=True)
                (source / name).write_text("#define NR_CACHED_STACKS 2\n")
            for count in (8, 16):
                variants.write(source, variants.KERNELS[f"slots-{count}"])
                self.assertEqual((source / variants.FORK).read_text(), f"#define NR_CACHED_STACKS {count}\n")
            with self.assertRaises(SystemExit):
                variants.write(source, variants.KERNELS["rule-4.9"])


if __name__ == "__main__":
    unittest.main()
