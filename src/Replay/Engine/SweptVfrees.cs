using ForkTrace.Replay.Ledger;
using ForkTrace.Replay.Results;

namespace ForkTrace.Replay.Engine;

/// <summary><see cref="VfreeQueue"/> for all capacities at once: a stack that is dropped is dropped by every capacity below one.</summary>
internal sealed class SweptVfrees(int capacityMax, long delayNs)
{
    private readonly CapacityStocks _stocks = new(capacityMax);
    private readonly Queue<(long DueNs, int Depth)> _waiting = new(256);

    public void StartAt(long timeNs)
    {
        Settle(timeNs);
        _stocks.StartAt(timeNs);
    }

    /// <summary>Every capacity below <paramref name="depth"/> hands a stack to the workqueue.</summary>
    public void AddBelow(int depth, long timeNs)
    {
        Settle(timeNs);
        _waiting.Enqueue((timeNs + delayNs, depth));
        _stocks.AddBelow(depth, timeNs);
    }

    public void Settle(long timeNs)
    {
        while (_waiting.TryPeek(out (long DueNs, int Depth) first) && first.DueNs <= timeNs)
        {
            _waiting.Dequeue();
            _stocks.RemoveBelow(first.Depth, first.DueNs);
        }
    }

    public StockUse Close(int capacity, long startNs, long endNs) => _stocks.Close(capacity, startNs, endNs);
}
