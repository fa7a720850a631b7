namespace ForkTrace.Replay.Engine;

/// <summary>Replays one policy over a trace, stretch by stretch.</summary>
public sealed class PolicyReplay
{
    private readonly ReplayContext _context;
    private readonly PolicyDescriptor _policy;
    private readonly PolicyRun _run;
    private StackOperations _stretch;
    private bool _isWarm;

    /// <summary>Starts with the context's stretch, from empty or from full caches.</summary>
    internal PolicyReplay(ReplayContext context, PolicySelection selection, bool startFull)
    {
        PolicyEntry policy = selection.Policy;
        _context = context;
        _policy = policy.Descriptor;
        Ledger = new(context, policy.Descriptor, policy.BytesOfStack(selection.Arguments, context.Machine)) { StartsFull = startFull };
        _stretch = context.OperationsOf(_policy);
        _run = policy.Begin(_stretch, context.Machine, selection.Arguments);
        if (startFull)
            _run.Fill(Ledger);
    }

    /// <summary>The books, still open.</summary>
    public StackLedger Ledger { get; }

    /// <summary>Replays a policy over a whole trace, and leaves the books open.</summary>
    public static StackLedger Run(ReplayContext context, PolicySelection selection, bool startFull = false)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(selection);
        PolicyReplay replay = new(context, selection, startFull);
        replay.Replay();
        return replay.Ledger;
    }

    /// <summary>Replays the context's current stretch.</summary>
    internal void Replay()
    {
        StackOperations stretch = _context.OperationsOf(_policy);
        if (stretch != _stretch)
        {
            _stretch = stretch;
            Ledger.Take(stretch);
            _run.TurnTo(stretch);
        }

        int warmupEnd = _context.WarmupEndOf(stretch);
        _run.Replay(Ledger, 0, warmupEnd);
        if (!_isWarm && _context.EndsWarmupIn(stretch))
        {
            _isWarm = true;
            _run.AdvanceTo(Ledger, _context.WarmupEndNs);
            Ledger.EndWarmup(_context.WarmupEndNs);
        }

        _run.Replay(Ledger, warmupEnd, stretch.Count);
    }
}
