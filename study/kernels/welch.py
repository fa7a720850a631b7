"""The 95 % interval of a difference of two means, by Welch: the two sides may scatter differently and have few repeats."""
import math
from statistics import fmean, variance


def t_quantile(degrees, probability=0.975):
    """Student's t: the value below which `probability` lies, for any positive real number of degrees of freedom."""
    scale = math.exp(math.lgamma((degrees + 1) / 2) - math.lgamma(degrees / 2)) / math.sqrt(degrees * math.pi)

    def below(value, steps=400):  # 1/2 + Simpson's rule over the density from 0 to value
        step = value / steps
        weights = (1 if i in (0, steps) else 4 if i % 2 else 2 for i in range(steps + 1))
        return 0.5 + step / 3 * sum(w * scale * (1 + (i * step) ** 2 / degrees) ** (-(degrees + 1) / 2) for i, w in enumerate(weights))

    low, high = 0.0, 1000.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle) < probability else (low, middle)
    return high


def interval(first, second):
    """(mean of first minus mean of second, lower end, upper end). Ends are None where a side has fewer than two values."""
    difference = fmean(first) - fmean(second)
    if min(len(first), len(second)) < 2:
        return difference, None, None
    parts = [variance(values) / len(values) for values in (first, second)]
    if sum(parts) == 0:
        return difference, difference, difference
    degrees = sum(parts) ** 2 / sum(part ** 2 / (len(values) - 1) for part, values in zip(parts, (first, second)))
    half = t_quantile(degrees) * math.sqrt(sum(parts))
    return difference, difference - half, difference + half


def verdict(low, high, limit):
    """holds: all of the interval is within the limit. fails: none of it is. undecided: part of it is, or there is no interval."""
    if low is None:
        return "undecided"
    if -limit <= low and high <= limit:
        return "holds"
    return "fails" if low > limit or high < -limit else "undecided"
