namespace ForkTrace.Lifecycle.Rcu;

/// <summary>A plausible history of grace periods: the part of it that the search still uses.</summary>
internal struct History
{
    /// <summary>Negative logarithm of its plausibility, minus that of the best history.</summary>
    public double Cost;

    /// <summary>Begin of the running grace period; -1 if none is running.</summary>
    public int Begin;

    /// <summary>CPU of rcu_gp_kthread.</summary>
    public int Cpu;

    /// <summary>The grace period that ended last.</summary>
    public GracePeriod Last;

    /// <summary>The one before <see cref="Last"/>.</summary>
    public GracePeriod BeforeLast;

    /// <summary>Position of <see cref="Last"/> in the <see cref="GracePeriodChain"/>.</summary>
    public int Link;

    /// <summary>The running grace period, if it ends before the burst at that position.</summary>
    public readonly GracePeriod EndedAt(int position) => new(Begin, position, Cpu);
}

/// <summary>
/// Groups histories that become equal at a burst. Histories whose grace period ends there forget the one before the last. Idle histories
/// forget where rcu_gp_kthread was, if it moves. A hash table with open addressing that is cleared at each burst.
/// </summary>
internal sealed class HistoryGroups
{
    private const int Slots = 512;
    private const int Mask = Slots - 1;

    // By slot: the first history of the group, and the number of the clearing after which it was added.
    private readonly int[] _firsts = new int[Slots];
    private readonly int[] _filledAt = new int[Slots];
    private readonly bool[] _isFirst = new bool[Slots];
    private readonly HistoryGroup[] _groups = new HistoryGroup[Slots];
    private int _cleared;

    public void Clear() => _cleared++;

    /// <summary>The group of a history whose grace period ends: same begin, CPU and last grace period. Groups at most 256
    /// histories.</summary>
    public ref HistoryGroup OfEnding(History[] histories, int index)
    {
        ref readonly History history = ref histories[index];
        int slot = Hash(history.Begin, history.Cpu, history.Last.Begin, history.Last.End);
        for (; _filledAt[slot] == _cleared; slot = (slot + 1) & Mask)
        {
            ref readonly History first = ref histories[_firsts[slot]];
            if (first.Begin == history.Begin && first.Cpu == history.Cpu && first.Last == history.Last)
                return ref Join(index, _firsts[slot]);
        }

        return ref Found(slot, index);
    }

    /// <summary>The group of an idle history: same two last grace periods.</summary>
    public ref HistoryGroup OfIdle(History[] histories, int index)
    {
        ref readonly History history = ref histories[index];
        int slot = Hash(history.Last.Begin, history.Last.End, history.BeforeLast.Begin, history.BeforeLast.End);
        for (; _filledAt[slot] == _cleared; slot = (slot + 1) & Mask)
        {
            ref readonly History first = ref histories[_firsts[slot]];
            if (first.Begin == history.Begin && first.Last == history.Last && first.BeforeLast == history.BeforeLast)
                return ref Join(index, _firsts[slot]);
        }

        return ref Found(slot, index);
    }

    /// <summary>True if a history is the first of its group.</summary>
    public bool IsFirst(int index) => _isFirst[index];

    /// <summary>The group of which a history is the first.</summary>
    public ref readonly HistoryGroup Of(int index) => ref _groups[index];

    private ref HistoryGroup Join(int index, int first)
    {
        _isFirst[index] = false;
        return ref _groups[first];
    }

    private ref HistoryGroup Found(int slot, int index)
    {
        _filledAt[slot] = _cleared;
        _firsts[slot] = index;
        _isFirst[index] = true;
        _groups[index] = HistoryGroup.Empty;
        return ref _groups[index];
    }

    private static int Hash(int first, int second, int third, int fourth)
    {
        ulong mixed = ((((ulong)(uint)first << 32) | (uint)third) * 0x9E3779B97F4A7C15UL)
            ^ ((((ulong)(uint)second << 32) | (uint)fourth) * 0xC2B2AE3D27D4EB4FUL);
        return (int)(mixed >> 40) & Mask;
    }
}

/// <summary>The most plausible history of a group for each way to continue: no new grace period, one begun, one begun on another
/// CPU.</summary>
internal struct HistoryGroup
{
    public BestHistory Idle;
    public BestHistory Begun;
    public BestHistory Moved;

    public static HistoryGroup Empty => new() { Idle = BestHistory.None, Begun = BestHistory.None, Moved = BestHistory.None };
}

/// <summary>The history with the lowest cost; the first one if several are equal.</summary>
internal struct BestHistory
{
    public double Cost;
    public int Index;

    public static BestHistory None => new() { Cost = double.PositiveInfinity };

    public void Offer(int index, double cost)
    {
        if (cost < Cost)
            (Index, Cost) = (index, cost);
    }
}
