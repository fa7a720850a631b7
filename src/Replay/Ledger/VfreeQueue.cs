using System.Numerics;

namespace ForkTrace.Replay.Ledger;

/// <summary>
/// Stacks that wait for a workqueue to vfree them (vfree_atomic: llist_add, schedule_work; delayed_vfree_work, mm/vmalloc.c). No event
/// shows when it runs, so each stack waits for the same time.
/// </summary>
/// <param name="delayNs">Time that each stack waits, ns.</param>
internal sealed class VfreeQueue(long delayNs)
{
    private StockOverTime _stock;
    private long[] _dueNs = new long[64];
    private int _first;
    private int _count;

    /// <summary>Forgets the past.</summary>
    public void StartAt(long timeNs)
    {
        Settle(timeNs);
        _stock.StartAt(timeNs);
    }

    /// <summary>A stack is handed to the workqueue.</summary>
    public void Add(long timeNs)
    {
        Settle(timeNs);
        if (_count == _dueNs.Length)
            Grow();
        _dueNs[(_first + _count++) & (_dueNs.Length - 1)] = timeNs + delayNs;
        _stock.Add(timeNs);
    }

    public StockUse Close(long startNs, long endNs, long bytesOfStack)
    {
        Settle(endNs);
        return _stock.Close(startNs, endNs, bytesOfStack);
    }

    private void Settle(long timeNs)
    {
        while (_count > 0 && _dueNs[_first] <= timeNs)
        {
            _stock.Remove(_dueNs[_first]);
            _first = (_first + 1) & (_dueNs.Length - 1);
            _count--;
        }
    }

    private void Grow()
    {
        long[] larger = new long[(int)BitOperations.RoundUpToPowerOf2((uint)_dueNs.Length + 1)];
        for (int index = 0; index < _count; index++)
            larger[index] = _dueNs[(_first + index) & (_dueNs.Length - 1)];
        _dueNs = larger;
        _first = 0;
    }
}
