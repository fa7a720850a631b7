using ForkTrace.Replay.Engine;

namespace ForkTrace.Replay.Policies;

/// <summary>
/// An idea: a dead task's stack stays on its CPU for a time that is looked up in a table of 64 integers, by the CPU's recent forks and
/// deaths. A fork takes the stack that was put last. A stack is vfree'd at the end of the window in which its time is over, or at once if
/// its time is 0. <c>forktrace learn policy</c> makes the table from recordings. The policy keeps nine numbers per CPU and one per stack,
/// which a kernel could afford.
/// </summary>
internal readonly struct LearnedPolicy : IStackPolicy<LearnedPolicy>, IPolicyPresets
{
    private const long Never = long.MaxValue;
    private readonly State[] _cpus;
    private readonly long[] _ends;
    private readonly long[] _firstEnd;
    private readonly LearnedModel _model;
    private readonly int[] _windows;
    private readonly int _shift;
    private readonly int _capacity;

    private LearnedPolicy(LearnedModel model, PolicyArguments arguments, MachineShape machine)
    {
        _model = model;
        _windows = [.. model.Windows];
        _shift = model.WindowShift;
        _capacity = (int)arguments["capacity"];
        _cpus = new State[machine.Cpus];
        Array.Fill(_cpus, new State { Demand = DemandState.Fresh });
        _ends = new long[machine.Cpus * _capacity];
        _firstEnd = [Never];
    }

    public static PolicyDescriptor Descriptor => DescriptorOf(LearnedModel.BuiltIn);

    public static ImmutableArray<PolicyEntry> Entries { get; } =
        [EntryOf(LearnedModel.BuiltIn) with { OfModel = path => EntryOf(LearnedModel.ReadFile(path)) }];

    public static LearnedPolicy Create(PolicyArguments arguments, MachineShape machine) => new(LearnedModel.BuiltIn, arguments, machine);

    /// <summary>The policy with a given model.</summary>
    public static PolicyEntry EntryOf(LearnedModel model) => new(
        DescriptorOf(model),
        (operations, machine, arguments) => new PolicyRun<LearnedPolicy>(new LearnedPolicy(model, arguments, machine), operations),
        (_, machine) => machine.StackBytes);

    public static void Timer(ref LearnedPolicy policy, StackLedger ledger, long nowNs)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        long firstEnd = Never;
        for (int cpu = 0; cpu < policy._cpus.Length; cpu++)
            firstEnd = Math.Min(firstEnd, policy.DropOver(ledger, cpu, nowNs >> policy._shift));
        policy._firstEnd[0] = firstEnd;
        if (firstEnd < Never)
            ledger.WakeAt(firstEnd << policy._shift);
    }

    public static long Empty(ref LearnedPolicy policy, int cpu, bool isOffline)
    {
        ref State state = ref policy._cpus[cpu];
        int count = state.Count;
        state.Count = 0;
        if (!isOffline)
            state.Demand = DemandState.Fresh;
        return count;
    }

    public void Allocate(StackLedger ledger, int cpu, int task)
    {
        ref State state = ref _cpus[cpu];
        state.Demand.MoveTo(ledger.NowNs >> _shift);
        state.Demand.Fork();
        if (state.Count == 0)
        {
            ledger.MapNew(task);
            return;
        }

        state.Count--;
        ledger.Reuse(task);
    }

    public void Release(StackLedger ledger, int cpu, int task)
    {
        ref State state = ref _cpus[cpu];
        long window = ledger.NowNs >> _shift;
        state.Demand.MoveTo(window);
        state.Demand.Death();
        int windows = _windows[_model.EntryOf(state.Demand)];
        if (windows == 0 || state.Count == _capacity)
        {
            ledger.Free(task);
            return;
        }

        _ends[(cpu * _capacity) + state.Count++] = window + windows;
        ledger.Cache(task);
        if (window + windows >= _firstEnd[0])
            return;
        _firstEnd[0] = window + windows;
        ledger.WakeAt((window + windows) << _shift);
    }

    private static PolicyDescriptor DescriptorOf(LearnedModel model) => new(
        "learned",
        "A per-CPU cache that keeps each stack for a time; a learned table gives it by recent forks and deaths.",
        "none: an idea",
        StackReturn.FinalSwitch,
        [StackOperationKind.Allocate, StackOperationKind.Release],
        [
            new PolicyParameter(
                PolicyEntry.ModelName,
                "a file written by forktrace learn policy; rows show the first 48 bits of its sha256, or 0 for the built-in model",
                "",
                model.Id,
                model.Id,
                model.Id),
            new PolicyParameter("capacity", "most stacks that each CPU may keep", "stacks", 64, 0, 4096),
        ])
    {
        Work = StackWork.Since420 | StackWork.DeferredVfree,
        FlushesOffline = true,
    };

    // Returns the window in which the first of the remaining stacks is due.
    private long DropOver(StackLedger ledger, int cpu, long window)
    {
        ref State state = ref _cpus[cpu];
        Span<long> ends = _ends.AsSpan(cpu * _capacity, state.Count);
        long firstEnd = Never;
        int kept = 0;
        foreach (long end in ends)
        {
            if (end <= window)
                continue;
            ends[kept++] = end;
            firstEnd = Math.Min(firstEnd, end);
        }

        if (kept < state.Count)
            ledger.FreeCached(cpu, state.Count - kept);
        state.Count = kept;
        return firstEnd;
    }

    private struct State
    {
        public DemandState Demand;
        public int Count;
    }
}
