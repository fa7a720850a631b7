using ForkTrace.Lifecycle.Tasks;

namespace ForkTrace.Replay.Engine;

/// <summary>
/// The best hit rate that a policy can reach with hindsight for the memory that it holds on average, if it gives forks the stacks of dead
/// tasks and maps none ahead. A hit holds a stack from the death
/// of one task to a later fork. Whoever serves k forks holds stacks for at least as long as the k shortest of these times, if each fork
/// takes the stack that was given up last: no other pairing holds less. Kernels hold more, because they do not know which fork comes next,
/// wait for RCU, and keep stacks by CPU.
/// </summary>
internal sealed class HindsightBound
{
    private readonly double[] _heldNs;
    private readonly long _allocations;
    private readonly double _timeNs;

    private HindsightBound(double[] heldNs, long allocations, double timeNs)
    {
        _heldNs = heldNs;
        _allocations = allocations;
        _timeNs = timeNs;
    }

    /// <summary>Stacks asked for.</summary>
    public long Allocations => _allocations;

    /// <summary>The time that means are over, ns.</summary>
    public double TimeNs => _timeNs;

    /// <summary>Stack-nanoseconds that the first hit takes, the first two, and so on; each hit takes at least as much as the one before.</summary>
    public ReadOnlySpan<double> HeldNs => _heldNs;

    /// <summary>The bound of a trace, from empty caches.</summary>
    public static HindsightBound Of(ReplayContext context)
    {
        StackOperations operations = context.Operations;
        long startNs = context.WarmupEndNs;
        Stack<long> given = new();
        foreach (TaskBeginning beginning in operations.Beginnings)
        {
            if (beginning == TaskBeginning.WasDead)
                given.Push(operations.FirstNs);
        }

        List<double> heldNs = [];
        long allocations = 0;
        for (int index = 0; index < operations.Count; index++)
        {
            bool counts = index >= context.WarmupEnd;
            if (operations.Kinds[index] == StackOperationKind.Release)
            {
                given.Push(operations.TimesNs[index]);
            }
            else if (operations.Kinds[index] == StackOperationKind.Allocate)
            {
                allocations += counts ? 1 : 0;
                if (given.TryPop(out long sinceNs) && counts)
                    heldNs.Add(operations.TimesNs[index] - Math.Max(sinceNs, startNs));
            }
        }

        heldNs.Sort();
        double[] sums = [.. heldNs];
        for (int hit = 1; hit < sums.Length; hit++)
            sums[hit] += sums[hit - 1];
        return new HindsightBound(sums, allocations, operations.LastNs - startNs);
    }

    /// <summary>The most hits over allocations, 0 to 1, for so much cached, waiting for RCU and waiting for vfree on average.</summary>
    public double HitRate(MemoryUse memory, long bytesOfStack)
    {
        double meanBytes = memory.Cached.MeanBytes + memory.WaitingForRcu.MeanBytes + (memory.WaitingForVfree?.MeanBytes ?? 0);
        double budgetNs = meanBytes / bytesOfStack * _timeNs;

        // The mean was rounded on its way: a policy that does as well as can be is not above the bound.
        int hits = Array.BinarySearch(_heldNs, budgetNs + (1e-9 * budgetNs) + 1);
        hits = hits < 0 ? ~hits : hits + 1;
        return _allocations == 0 ? 0 : (double)Math.Min(hits, _heldNs.Length) / _allocations;
    }
}
