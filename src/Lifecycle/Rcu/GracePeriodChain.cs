namespace ForkTrace.Lifecycle.Rcu;

/// <summary>
/// The grace periods of all histories of a search, as a tree: each period points to the one before it in its history. Periods that all
/// histories share are settled and leave the tree, so it does not grow with the recording.
/// </summary>
internal sealed class GracePeriodChain
{
    /// <summary>The link of a history that is empty or completely settled.</summary>
    public const int Root = -1;

    private const int LinksMin = 4096;

    private readonly List<GracePeriod> _settled = [];
    private GracePeriod[] _periods = new GracePeriod[LinksMin];
    private int[] _before = new int[LinksMin];
    private int[] _moved = new int[LinksMin];
    private int _count;

    /// <summary>Number of links that fit.</summary>
    public int Capacity => _periods.Length;

    /// <summary>True if that many more links do not fit; then call <see cref="Trim"/>.</summary>
    public bool IsFull(int more) => _count + more > _periods.Length;

    /// <summary>Appends a period to a history; returns the history's new link.</summary>
    public int Add(GracePeriod period, int before)
    {
        _periods[_count] = period;
        _before[_count] = before;
        return _count++;
    }

    /// <summary>Removes periods that are in no history, settles those that are in all, and makes room. Changes the links.</summary>
    /// <param name="links">The link of each history.</param>
    public void Trim(Span<int> links)
    {
        Array.Clear(_moved, 0, _count);
        int branches = 0;
        bool isEmptyKnown = false;
        foreach (int link in links)
        {
            isEmptyKnown |= link == Root;
            branches += Mark(link);
        }

        // Links point backwards. So when only one branch is left, all histories lead to it.
        int last = _count - 1;
        for (; last >= 0 && (branches > 1 || isEmptyKnown || _moved[last] == 0); last--)
        {
            if (_moved[last] == 0)
                continue;
            branches += Mark(_before[last]) - 1;
            isEmptyKnown |= _before[last] == Root;
        }

        Settle(last);
        int kept = 0;
        for (int link = last + 1; link < _count; link++)
        {
            if (_moved[link] == 0)
                continue;
            int before = _before[link];
            _periods[kept] = _periods[link];
            _before[kept] = before > last ? _moved[before] : Root;
            _moved[link] = kept++;
        }

        foreach (ref int link in links)
            link = link > last ? _moved[link] : Root;
        _count = kept;
        if (2 * kept > _periods.Length)
            Grow();
    }

    /// <summary>A history, from its first grace period to its last.</summary>
    public List<GracePeriod> History(int link)
    {
        Settle(link);
        return _settled;
    }

    private int Mark(int link)
    {
        if (link == Root || _moved[link] != 0)
            return 0;
        _moved[link] = 1;
        return 1;
    }

    private void Settle(int link)
    {
        int first = _settled.Count;
        for (; link != Root; link = _before[link])
            _settled.Add(_periods[link]);
        _settled.Reverse(first, _settled.Count - first);
    }

    private void Grow()
    {
        Array.Resize(ref _periods, 2 * _periods.Length);
        Array.Resize(ref _before, _periods.Length);
        _moved = new int[_periods.Length];
    }
}
