using ForkTrace.Replay.Engine;

namespace ForkTrace.Replay.Policies;

/// <summary>
/// An idea: how many stacks a CPU keeps is looked up at the end of each window, in a table of 64 integers, by what the CPU's forks and
/// deaths were of late. <c>forktrace learn policy</c> makes the table from recordings. What a CPU holds beyond its limit is vfree'd; with
/// <c>ahead</c>, a work item maps what is missing. Ten numbers a CPU: a kernel could hold them.
/// </summary>
internal readonly struct LearnedPolicy : IStackPolicy<LearnedPolicy>, IPolicyPresets
{
    private readonly State[] _cpus;
    private readonly bool[] _isTicking;
    private readonly LearnedModel _model;
    private readonly int _shift;
    private readonly bool _mapsAhead;

    private LearnedPolicy(LearnedModel model, PolicyArguments arguments, MachineShape machine)
    {
        _model = model;
        _shift = model.WindowShift;
        _mapsAhead = arguments["ahead"] != 0;
        _cpus = new State[machine.Cpus];
        Array.Fill(_cpus, Unknown(model));
        _isTicking = new bool[1];
    }

    public static PolicyDescriptor Descriptor => DescriptorOf(LearnedModel.BuiltIn);

    public static ImmutableArray<PolicyEntry> Entries { get; } =
        [EntryOf(LearnedModel.BuiltIn) with { OfModel = path => EntryOf(LearnedModel.ReadFile(path)) }];

    public static LearnedPolicy Create(PolicyArguments arguments, MachineShape machine) => new(LearnedModel.BuiltIn, arguments, machine);

    /// <summary>The policy of a model.</summary>
    public static PolicyEntry EntryOf(LearnedModel model) => new(
        DescriptorOf(model),
        (operations, machine, arguments) => new PolicyRun<LearnedPolicy>(new LearnedPolicy(model, arguments, machine), operations),
        (_, machine) => machine.StackBytes);

    public static void Timer(ref LearnedPolicy policy, StackLedger ledger, long nowNs)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        bool isAtRest = true;
        for (int cpu = 0; cpu < policy._cpus.Length; cpu++)
        {
            ref State state = ref policy._cpus[cpu];
            policy.MoveTo(ref state, nowNs);
            int surplus = state.Count - state.Limit;
            if (surplus > 0)
            {
                ledger.FreeCached(cpu, surplus);
                state.Count = state.Limit;
            }
            else if (surplus < 0 && policy._mapsAhead)
            {
                ledger.MapAhead(cpu, -surplus);
                state.Count = state.Limit;
            }

            isAtRest &= state.Demand.IsAtRest;
        }

        // At rest, no limit changes until there is a fork or a death.
        policy._isTicking[0] = !isAtRest;
        if (!isAtRest)
            policy.WakeAtNextWindow(ledger, nowNs);
    }

    public static void Fill(ref LearnedPolicy policy, StackLedger ledger, int cpu)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ref State state = ref policy._cpus[cpu];
        ledger.AdoptCached(cpu, Math.Max(0, state.Limit - state.Count));
        state.Count = Math.Max(state.Limit, state.Count);
    }

    public static long Empty(ref LearnedPolicy policy, int cpu, bool isOffline)
    {
        ref State state = ref policy._cpus[cpu];
        int count = state.Count;
        if (isOffline)
            state.Count = 0;
        else
            state = Unknown(policy._model);
        return count;
    }

    public void Allocate(StackLedger ledger, int cpu, int task)
    {
        ref State state = ref At(ledger, cpu);
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
        ref State state = ref At(ledger, cpu);
        state.Demand.Death();
        if (state.Count >= state.Limit)
        {
            ledger.Free(task);
            return;
        }

        state.Count++;
        ledger.Cache(task);
    }

    private static State Unknown(LearnedModel model)
    {
        DemandState fresh = DemandState.Fresh;
        return new State { Demand = fresh, Limit = model.Limits[model.EntryOf(fresh)] };
    }

    private static PolicyDescriptor DescriptorOf(LearnedModel model) => new(
        "learned",
        "A per-CPU cache whose limit is looked up by recent forks and deaths, in a table that was learned; overflow is vfree'd.",
        "none: an idea",
        StackReturn.FinalSwitch,
        [StackOperationKind.Allocate, StackOperationKind.Release],
        [
            new PolicyParameter(
                "model", "a file that forktrace learn policy wrote; rows show the first 48 bits of its sha256, or 0: the built-in model", "", model.Id, model.Id, model.Id),
            new PolicyParameter("ahead", "1: a work item also maps stacks up to the limit, at the end of a window", "", 0, 0, 1),
        ])
    {
        Work = StackWork.Since420 | StackWork.DeferredVfree,
        FlushesOffline = true,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref State At(StackLedger ledger, int cpu)
    {
        ref State state = ref _cpus[cpu];
        MoveTo(ref state, ledger.NowNs);
        if (!_isTicking[0])
        {
            _isTicking[0] = true;
            WakeAtNextWindow(ledger, ledger.NowNs);
        }

        return ref state;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void MoveTo(ref State state, long nowNs)
    {
        if (state.Demand.MoveTo(nowNs >> _shift))
            state.Limit = _model.Limits[_model.EntryOf(state.Demand)];
    }

    private void WakeAtNextWindow(StackLedger ledger, long nowNs) => ledger.WakeAt(((nowNs >> _shift) + 1) << _shift);

    private struct State
    {
        public DemandState Demand;
        public int Count;
        public int Limit;
    }
}
