namespace ForkTrace.Events;

/// <summary>
/// Progress of the work. The working code begins a step and counts; the code that shows progress reads it at any time, from any thread.
/// Counting takes one atomic addition per part of the work (a block of bytes, a cell, a table), never per event.
/// </summary>
public sealed class WorkProgress
{
    private volatile Step? _now;

    /// <summary>The current step; null before the first.</summary>
    public Step? Now => _now;

    /// <summary>Begins a step; the one before it is over.</summary>
    /// <param name="what">The work: <c>replaying</c>.</param>
    /// <param name="unit">What is counted: <c>bytes</c>, <c>cells</c>, <c>rows</c>.</param>
    /// <param name="total">The total; 0 if unknown.</param>
    public Step Begin(string what, string unit, long total) => _now = new Step(what, unit, total);

    /// <summary>One step of the work.</summary>
    public sealed class Step(string what, string unit, long total)
    {
        private long _done;

        /// <summary>The work.</summary>
        public string What { get; } = what;

        /// <summary>What is counted.</summary>
        public string Unit { get; } = unit;

        /// <summary>The total; 0 if unknown.</summary>
        public long Total { get; } = total;

        /// <summary>The number done so far.</summary>
        public long Done => Interlocked.Read(ref _done);

        /// <summary>Adds to the number done.</summary>
        public void Add(long count) => Interlocked.Add(ref _done, count);

        /// <summary>Sets the number done; a smaller number than before has no effect.</summary>
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
