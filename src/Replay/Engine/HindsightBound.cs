using System.Numerics;
using ForkTrace.Lifecycle.Tasks;

namespace ForkTrace.Replay.Engine;

/// <summary>
/// The best hit rate that a policy can reach with hindsight for the memory that it uses on average, if it gives forks the stacks of dead
/// tasks and maps none ahead. Each hit keeps a stack from the death of one task to a later fork. A policy with k hits keeps stacks for at
/// least the sum of the k shortest of these times, if each fork takes the stack that was given up last; no other pairing takes less.
/// Kernels take more, because they do not know which fork comes next, wait for RCU, and keep stacks per CPU.
/// </summary>
/// <param name="context">The trace, from empty caches.</param>
internal sealed class HindsightBound(ReplayContext context)
{
    // 32 MiB. With more hits than that, times are rounded down by up to a thousandth, so the result is still an upper bound.
    private const int MostTimes = 1 << 22;
    private const int KeptBits = 10;

    private readonly Stack<long> _given = new();
    private readonly Dictionary<long, long> _rounded = [];
    private readonly List<long> _timesNs = [];
    private long _givenBefore;
    private double[] _heldNs = [];
    private long[]? _hitsUpTo;

    /// <summary>Stacks requested.</summary>
    public long Allocations { get; private set; }

    /// <summary>The time over which means are taken, ns.</summary>
    public double TimeNs { get; } = context.Operations.LastNs - context.WarmupEndNs;

    /// <summary>Stack-nanoseconds for the first hit, the first two, and so on. Each hit takes at least as much as the one before.</summary>
    public ReadOnlySpan<double> HeldNs => _heldNs;

    /// <summary>The bound for a whole trace.</summary>
    public static HindsightBound Of(ReplayContext context)
    {
        HindsightBound bound = new(context);
        bound.Add();
        bound.Complete();
        return bound;
    }

    /// <summary>Adds the context's stretch.</summary>
    public void Add()
    {
        StackOperations operations = context.Operations;
        long startNs = context.WarmupEndNs;
        foreach (int task in operations.Shown ?? Enumerable.Range(0, operations.Tasks))
            _givenBefore += operations.Beginnings[task] == TaskBeginning.WasDead ? 1 : 0;
        for (int index = 0; index < operations.Count; index++)
        {
            bool counts = index >= context.WarmupEnd;
            if (operations.Kinds[index] == StackOperationKind.Release)
            {
                _given.Push(operations.TimesNs[index]);
            }
            else if (operations.Kinds[index] == StackOperationKind.Allocate)
            {
                Allocations += counts ? 1 : 0;
                if (TryTake(operations.FirstNs, out long sinceNs) && counts)
                    _timesNs.Add(operations.TimesNs[index] - Math.Max(sinceNs, startNs));
            }
        }

        if (_timesNs.Count > MostTimes)
            Round();
    }

    /// <summary>Computes the bound, after all stretches are added.</summary>
    public void Complete()
    {
        if (_rounded.Count > 0)
        {
            Round();
            _heldNs = new double[_rounded.Count];
            _hitsUpTo = new long[_rounded.Count];
            int step = 0;
            double sumNs = 0;
            long hits = 0;
            foreach ((long timeNs, long count) in _rounded.OrderBy(step => step.Key))
            {
                _heldNs[step] = sumNs += (double)timeNs * count;
                _hitsUpTo[step++] = hits += count;
            }

            return;
        }

        _timesNs.Sort();
        _heldNs = [.. _timesNs];
        for (int hit = 1; hit < _heldNs.Length; hit++)
            _heldNs[hit] += _heldNs[hit - 1];
    }

    /// <summary>The highest hit rate, 0 to 1, for that much memory on average: cached, waiting for RCU and waiting for vfree.</summary>
    public double HitRate(MemoryUse memory, long bytesOfStack)
    {
        double meanBytes = memory.Cached.MeanBytes + memory.WaitingForRcu.MeanBytes + (memory.WaitingForVfree?.MeanBytes ?? 0);
        double budgetNs = meanBytes / bytesOfStack * TimeNs;

        // The mean may have been rounded down. Without a tolerance, an optimal policy could exceed the bound.
        budgetNs += (1e-9 * budgetNs) + 1;
        int steps = Array.BinarySearch(_heldNs, budgetNs);
        steps = steps < 0 ? ~steps : steps + 1;
        long hits = _hitsUpTo is null ? steps : HitsIn(steps, budgetNs);
        return Allocations == 0 ? 0 : (double)hits / Allocations;
    }

    // Whole steps, and as much of the next step as the rest of the budget allows.
    private long HitsIn(int steps, double budgetNs)
    {
        (long hits, double heldNs) = steps == 0 ? (0, 0) : (_hitsUpTo![steps - 1], _heldNs[steps - 1]);
        if (steps == _heldNs.Length)
            return hits;
        double eachNs = (_heldNs[steps] - heldNs) / (_hitsUpTo![steps] - hits);
        return hits + (long)((budgetNs - heldNs) / eachNs);
    }

    // Takes the stack that was given up last. Those from before the recording count as given up before all others.
    private bool TryTake(long firstNs, out long sinceNs)
    {
        if (_given.TryPop(out sinceNs))
            return true;
        sinceNs = firstNs;
        return _givenBefore > 0 && _givenBefore-- > 0;
    }

    private void Round()
    {
        foreach (long timeNs in _timesNs)
        {
            int dropped = Math.Max(0, 64 - KeptBits - BitOperations.LeadingZeroCount((ulong)timeNs));
            long roundedNs = timeNs >> dropped << dropped;
            _rounded[roundedNs] = _rounded.GetValueOrDefault(roundedNs) + 1;
        }

        _timesNs.Clear();
    }
}
