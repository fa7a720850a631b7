"""The 95 % interval of the mean difference of pairs. A pair is the same seed on two kernels."""
import math
from statistics import fmean, stdev


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


def interval(differences):
    """(mean, lower end, upper end). The ends are None with fewer than two pairs."""
    mean = fmean(differences)
    if len(differences) < 2:
        return mean, None, None
    half = t_quantile(len(differences) - 1) * stdev(differences) / math.sqrt(len(differences))
    return mean, mean - half, mean + half


def verdict(low, high, limit):
    """holds: the whole interval is within the limit. fails: no part of it is. undecided: a part of it is, or there is no interval."""
    if low is None:
        return "undecided"
    if -limit <= low and high <= limit:
        return "holds"
    return "fails" if low > limit or high < -limit else "undecided"
