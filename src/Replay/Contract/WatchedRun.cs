namespace ForkTrace.Replay.Contract;

/// <summary>
/// A replay that reports when code of its policy begins and ends. A caller that runs foreign policies can then name the one that was
/// running. A replay that is not watched costs nothing extra.
/// </summary>
/// <param name="run">The replay.</param>
/// <param name="enter">Called before code of the policy; must not allocate.</param>
/// <param name="leave">Called after code of the policy, even if it threw.</param>
public sealed class WatchedRun(PolicyRun run, Action enter, Action leave) : PolicyRun
{
    // Takes some milliseconds: a policy that takes much longer hangs.
    private const int OperationsAtATime = 1 << 14;

    /// <summary>The same policy, with all of its code watched.</summary>
    public static PolicyEntry Watch(PolicyEntry policy, Action enter, Action leave) => policy with
    {
        Begin = (operations, machine, arguments) =>
            new WatchedRun(Within(() => policy.Begin(operations, machine, arguments), enter, leave), enter, leave),
        BytesOfStack = (arguments, machine) => Within(() => policy.BytesOfStack(arguments, machine), enter, leave),
        FromTrace = policy.FromTrace is { } fromTrace ? (facts, given) => Within(() => fromTrace(facts, given), enter, leave) : null,
    };

    /// <summary>Runs foreign code, watched, and returns its result.</summary>
    public static T Within<T>(Func<T> code, Action enter, Action leave)
    {
        enter();
        try
        {
            return code();
        }
        finally
        {
            leave();
        }
    }

    /// <inheritdoc/>
    public override void Fill(StackLedger ledger)
    {
        enter();
        try
        {
            run.Fill(ledger);
        }
        finally
        {
            leave();
        }
    }

    /// <inheritdoc/>
    public override void AdvanceTo(StackLedger ledger, long timeNs)
    {
        enter();
        try
        {
            run.AdvanceTo(ledger, timeNs);
        }
        finally
        {
            leave();
        }
    }

    /// <inheritdoc/>
    public override void Replay(StackLedger ledger, int from, int to)
    {
        do
        {
            int next = Math.Min(to, from + OperationsAtATime);
            enter();
            try
            {
                run.Replay(ledger, from, next);
            }
            finally
            {
                leave();
            }

            from = next;
        }
        while (from < to);
    }

    /// <inheritdoc/>
    public override void TurnTo(StackOperations stretch) => run.TurnTo(stretch);

    internal override long TakeOwn(int cpu) => Within(() => run.TakeOwn(cpu), enter, leave);
}
