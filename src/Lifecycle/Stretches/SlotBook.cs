namespace ForkTrace.Lifecycle.Stretches;

/// <summary>
/// Slots: small numbers that identify tasks while they matter. A slot is given to another task only long after its own task is done,
/// because RCU callbacks after the last event of a task may still use its slot.
/// </summary>
internal sealed class SlotBook
{
    private const long RestNs = 30_000_000_000;
    private readonly Queue<(int Slot, long FromNs)> _resting = new();
    private readonly List<int> _numbers = [];
    private readonly List<bool> _failed = [];
    private readonly List<int> _shown = [];

    /// <summary>One more than the highest slot.</summary>
    public int Count => _numbers.Count;

    /// <summary>By slot: the number that identifies its task in random draws.</summary>
    public int[] Numbers => [.. _numbers];

    /// <summary>By slot: whether it belongs to a failed fork.</summary>
    public bool[] Failed => [.. _failed];

    /// <summary>The slots given since the last call.</summary>
    public int[] TakeShown()
    {
        int[] shown = [.. _shown];
        _shown.Clear();
        return shown;
    }

    /// <summary>Gives a slot.</summary>
    /// <param name="number">The number that identifies the task in random draws.</param>
    /// <param name="isFailed">True for a fork that failed.</param>
    /// <param name="nowNs">Time of the stretch's first row.</param>
    public int Give(int number, bool isFailed, long nowNs)
    {
        int slot;
        if (_resting.TryPeek(out (int Slot, long FromNs) rested) && nowNs - rested.FromNs >= RestNs)
        {
            slot = _resting.Dequeue().Slot;
            _numbers[slot] = number;
            _failed[slot] = isFailed;
        }
        else
        {
            slot = _numbers.Count;
            _numbers.Add(number);
            _failed.Add(isFailed);
        }

        _shown.Add(slot);
        return slot;
    }

    /// <summary>Marks a slot's task as done.</summary>
    public void Rest(int slot, long nowNs) => _resting.Enqueue((slot, nowNs));
}
