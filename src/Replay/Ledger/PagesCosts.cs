using ForkTrace.Replay.Costs;

namespace ForkTrace.Replay.Ledger;

/// <summary>What all forks would have paid for order-2 pages, by the work that a kernel does on these pages; added up stretch by
/// stretch.</summary>
internal sealed class PagesCosts(CostModel costs, ulong seed)
{
    private const StackWork PagesWork = StackWork.ZeroOnMiss | StackWork.ChargeMemcg;
    private readonly double?[] _sumsNs = new double?[(int)PagesWork + 1];
    private readonly Lock _lock = new();
    private StackOperations? _stretch;
    private int _from;

    /// <summary>Moves to a stretch. Figures count its operations from index <paramref name="from"/> on.</summary>
    public void Take(StackOperations stretch, int from)
    {
        _stretch = stretch;
        _from = from;
        for (int work = 0; work < _sumsNs.Length; work++)
        {
            if (_sumsNs[work] is { } sumNs)
                _sumsNs[work] = Sum((StackWork)work, sumNs);
        }
    }

    /// <summary>Cost of all forks in ns, since the stretch in which this was first called with that work.</summary>
    public double SumNs(StackWork work)
    {
        work &= PagesWork;
        lock (_lock)
            return _sumsNs[(int)work] ??= Sum(work, 0);
    }

    private double Sum(StackWork work, double sumNs)
    {
        CostMeter meter = new(costs, seed, work);
        ReadOnlySpan<StackOperationKind> kinds = _stretch!.Kinds;
        ReadOnlySpan<int> tasks = _stretch.TaskIds;
        for (int index = _from; index < kinds.Length; index++)
        {
            if (kinds[index] == StackOperationKind.Allocate)
                sumNs += meter.PriceNs(CostOperation.PageAllocation, _stretch.NumberOf(tasks[index]));
        }

        return sumNs;
    }
}
