namespace ForkTrace.Events;

/// <summary>
/// How far work has come. The code that works begins a step and counts; the code that shows it reads it at any time, from any thread. Counting is one
/// atomic addition for each part of the work (a block of bytes, a cell, a table), never for each event.
/// </summary>
public sealed class WorkProgress
{
    private volatile Step? _now;

    /// <summary>The step that is under way; null before the first.</summary>
    public Step? Now => _now;

    /// <summary>Begins a step; the one before it is over.</summary>
    /// <param name="what">What is done: <c>replaying</c>.</param>
    /// <param name="unit">What is counted: <c>bytes</c>, <c>cells</c>, <c>rows</c>.</param>
    /// <param name="total">How many there are; 0 where nobody knows.</param>
    public Step Begin(string what, string unit, long total) => _now = new Step(what, unit, total);

    /// <summary>One step of the work.</summary>
    public sealed class Step(string what, string unit, long total)
    {
        private long _done;

        /// <summary>What is done.</summary>
        public string What { get; } = what;

        /// <summary>What is counted.</summary>
        public string Unit { get; } = unit;

        /// <summary>How many there are; 0 where nobody knows.</summary>
        public long Total { get; } = total;

        /// <summary>How many are done.</summary>
        public long Done => Interlocked.Read(ref _done);

        /// <summary>Counts more that are done.</summary>
        public void Add(long count) => Interlocked.Add(ref _done, count);

        /// <summary>Says how many are done; a smaller number than before changes nothing.</summary>
        public void Reach(long done)
        {
            long before = Interlocked.Read(ref _done);
            while (done > before)
            {
                long seen = Interlocked.CompareExchange(ref _done, done, before);
                if (seen == before)
                    break;
                before = seen;
            }
        }
    }
}
