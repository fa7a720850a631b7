using ForkTrace.Replay.Results;

namespace ForkTrace.Replay.Engine;

/// <summary><see cref="VfreeQueue"/> for all capacities at once: a stack that is dropped is dropped by every capacity below one.</summary>
internal sealed class SweptVfrees(int capacityMax)
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
        _waiting.Enqueue((timeNs + VfreeQueue.DelayNs, depth));
        _stocks.RemoveFrom(depth, timeNs);
        _stocks.AddFrom(0, timeNs);
    }

    public void Settle(long timeNs)
    {
        while (_waiting.TryPeek(out (long DueNs, int Depth) first) && first.DueNs <= timeNs)
        {
            _waiting.Dequeue();
            _stocks.RemoveFrom(0, first.DueNs);
            _stocks.AddFrom(first.Depth, first.DueNs);
        }
    }

    public StockUse Close(int capacity, long startNs, long endNs) => _stocks.Close(capacity, startNs, endNs);
}
