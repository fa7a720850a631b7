using ForkTrace.Lifecycle.Grading;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.Lifecycle.Truth;
using ForkTrace.Replay;
using ForkTrace.Replay.Conditions;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Ledger;
using ForkTrace.Replay.Results;

namespace ForkTrace.Fidelity.Validation;

/// <summary>Replays a policy over a recording, stretch by stretch, and compares every fork with what the kernel did.</summary>
public sealed class KernelComparison
{
    // A CPU's cache holds at most NR_CACHED_STACKS unknown stacks at the start of the recording and after lost events.
    private const int UnknownForksOfCpu = 2;

    private readonly TraceFacts _facts;
    private readonly GroundTruth _truth;
    private readonly PolicySelection _policy;
    private readonly EvidenceLevel _level;
    private readonly ReplayConditions _conditions;
    private readonly long[] _counts = new long[4];
    private readonly ImmutableArray<Disagreement>.Builder _disagreements = ImmutableArray.CreateBuilder<Disagreement>();
    private ReplayContext? _context;
    private PolicyReplay? _replay;
    private DisagreementClassifier? _classifier;
    private int[] _forksOfCpu = [];
    private long _allForks;
    private long _allPredicted;
    private long _allTrue;

    /// <summary>Begins a comparison.</summary>
    /// <param name="facts">The complete facts about the recording.</param>
    /// <param name="truth">What its kernel did. It must have read the rows of each stretch that is added.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="level">The evidence from which the operations are built.</param>
    /// <param name="conditions">The conditions of the replay.</param>
    /// <exception cref="PolicyException">The policy of the recording's kernel is unknown.</exception>
    public KernelComparison(TraceFacts facts, GroundTruth truth, PolicySelection policy, EvidenceLevel level, ReplayConditions conditions)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(level);
        ArgumentNullException.ThrowIfNull(conditions);
        _facts = facts;
        _truth = truth;
        _policy = policy.ResolveFor(facts, out string? reason);
        if (reason is not null)
            throw new PolicyException($"{facts.Trace}: {reason}");
        _level = level;
        _conditions = conditions;
    }

    /// <summary>Replays the whole recording or its next stretch, and compares its forks.</summary>
    /// <param name="stretch">The operations.</param>
    /// <param name="tidOf">The tid of a task of these operations, for the list of disagreements; null for no list.</param>
    public void Add(StackOperations stretch, Func<int, int>? tidOf = null)
    {
        ArgumentNullException.ThrowIfNull(stretch);
        if (_context is null)
        {
            MachineShape machine = ReplayPlan.MachineOf(_conditions, _facts, stretch);
            _context = new ReplayContext(stretch, machine, _conditions with { WindowNs = long.MaxValue / 2 });
            _classifier = new DisagreementClassifier(stretch.CpuCount);
            _forksOfCpu = new int[stretch.CpuCount];
        }
        else
        {
            _context.Take(stretch);
        }

        _replay ??= new PolicyReplay(_context, _policy, startFull: false);
        _replay.Replay();
        for (int index = 0; index < stretch.Count; index++)
        {
            _classifier!.Note(stretch, index);
            if (stretch.Kinds[index] == StackOperationKind.LostEvents)
                _forksOfCpu[stretch.Cpus[index]] = 0;
            else if (stretch.Kinds[index] == StackOperationKind.Allocate)
                Compare(stretch, index, tidOf);
        }
    }

    /// <summary>The result for what was added so far.</summary>
    public ValidationResult Result() => new()
    {
        Trace = _facts.Trace,
        Policy = _policy.ToString(),
        Evidence = _level.Name,
        Conditions = _conditions.On(_facts),
        Forks = _counts.Sum(),
        TrueHits = _counts[3],
        TrueMisses = _counts[0],
        FalseHits = _counts[1],
        FalseMisses = _counts[2],
        AllForks = _allForks,
        AllPredictedHits = _allPredicted,
        AllTrueHits = _allTrue,
        Disagreements = _disagreements.ToImmutable(),
    };

    private void Compare(StackOperations stretch, int index, Func<int, int>? tidOf)
    {
        int cpu = stretch.Cpus[index];
        int forks = ++_forksOfCpu[cpu];
        int id = stretch.TaskIds[index];
        bool predicted = _replay!.Ledger.WasHit(id);
        int task = stretch.NumberOf(id);
        if (!_truth.Knows(task))
            return;
        bool actual = _truth.WasHit(task);
        _allForks++;
        _allPredicted += predicted ? 1 : 0;
        _allTrue += actual ? 1 : 0;
        if (forks <= UnknownForksOfCpu)
            return;
        _counts[(predicted ? 1 : 0) + (actual ? 2 : 0)]++;
        if (predicted != actual && tidOf is not null)
            _disagreements.Add(new Disagreement(task, tidOf(id), cpu, stretch.TimesNs[index], predicted, _classifier!.CauseAt(stretch, index)));
    }
}
