using System.Runtime.ExceptionServices;
using ForkTrace.Lifecycle.Grading;

namespace ForkTrace.Replay.Engine;

/// <summary>
/// Replays one plan over one trace, stretch by stretch. Every cell replays a stretch before the next one is read, so memory depends on the
/// length of a stretch and not on that of the trace.
/// </summary>
public sealed class ReplayPass
{
    private readonly TraceFacts _facts;
    private readonly ReplayPlan _plan;
    private readonly ReplayContext _context;
    private readonly (PolicySelection Policy, CellResult Row)[] _cells;
    private readonly ImmutableArray<ReplayTask> _tasks;
    private readonly HindsightBound? _bound;
    private readonly TraceSums _sums;

    /// <summary>Begins a pass.</summary>
    /// <param name="facts">The trace.</param>
    /// <param name="first">The whole trace, or its first stretch.</param>
    /// <param name="plan">The plan.</param>
    public ReplayPass(TraceFacts facts, TraceStretch first, ReplayPlan plan)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(plan);
        _facts = facts;
        _plan = plan;
        MachineShape machine = ReplayPlan.MachineOf(plan.Conditions, facts, first.Operations);
        _context = new ReplayContext(first.Operations, machine, plan.Conditions)
        {
            Traits = TraitsOf(first),
            FollowsReuse = plan.Reuse,
        };
        _sums = new TraceSums(_context);
        _cells = [.. ReplayEngine.Cells(facts, _context, plan)];
        _tasks = ReplayTask.Split([.. _cells.Select(cell => cell.Row)], [.. _cells.Select(cell => cell.Policy)], _context, plan);
        _bound = plan.Breakdown ? new HindsightBound(_context) : null;
    }

    /// <summary>Number of cells that it replays.</summary>
    public int Cells => _tasks.Sum(task => task.Cells.Length);

    /// <summary>Replays a stretch. Stretches must come in order, beginning with the first.</summary>
    /// <param name="stretch">The stretch.</param>
    /// <param name="step">Called after each cell that has replayed the stretch; may be null.</param>
    /// <exception cref="PolicyException">A policy of a plug-in broke conservation, or threw.</exception>
    public void Replay(TraceStretch stretch, WorkProgress.Step? step = null)
    {
        ArgumentNullException.ThrowIfNull(stretch);
        if (stretch.Operations != _context.Operations)
        {
            _context.Take(stretch.Operations);
            _context.Traits = TraitsOf(stretch);
        }

        ForEachTask(task =>
        {
            task.Replay();
            step?.Add(task.Cells.Length);
        });
        _bound?.Add();
        _sums.Add();
    }

    /// <summary>The books of all cells between two stretches, in the plan's order.</summary>
    public ImmutableArray<CellStanding> Standings()
    {
        CellStanding[] standings = [.. _cells.Select(cell => new CellStanding(cell.Policy) { Unmet = cell.Row.Unmet })];
        foreach (ReplayTask task in _tasks)
        {
            foreach (int cell in task.Cells)
                standings[cell] = task.Standing(cell, _cells[cell].Policy);
        }

        return [.. standings];
    }

    /// <summary>Evidence of the operations in the stretches so far.</summary>
    public EvidenceSummary Evidence => _sums.Evidence;

    /// <summary>The results, after all stretches are replayed: in the plan's order, and the same at any number of threads.</summary>
    /// <exception cref="InvalidOperationException">A policy broke conservation. Its result would be wrong, so there is none.</exception>
    /// <exception cref="PolicyException">A policy of a plug-in broke conservation, or threw.</exception>
    public ImmutableArray<CellResult> Finish()
    {
        _bound?.Complete();
        CellResult[] results = [.. _cells.Select(cell => ReplayEngine.Judge(cell.Row, cell.Policy, _facts, _sums))];
        ForEachTask(task =>
        {
            if (results[task.Cells[0]].Unmet is null)
                task.Fill(results, _sums);
        });
        bool isPromised = _plan.Conditions.Lifecycle.IsAsRecorded && !_facts.HasDataLoss && !_facts.LacksTasks;
        string own = isPromised ? PolicySelection.OwnOf(_facts).ToString() : "";
        return
        [
            .. _cells.Select((cell, index) => Bounded(results[index], cell.Policy) with
            {
                Expected = cell.Policy.ToString() == own && results[index].Unmet is null ? ExpectedAgreement.Of(_facts, results[index]) : null,
            }),
        ];
    }

    private TaskTraits? TraitsOf(TraceStretch stretch) => _plan.Breakdown || _plan.Reuse ? stretch.Traits : null;

    private CellResult Bounded(CellResult row, PolicySelection policy) =>
        _bound is null || row.Unmet is not null || row.StartsFull
            ? row
            : row with { BoundHitRate = _bound.HitRate(row.Memory, policy.Policy.BytesOfStack(policy.Arguments, _context.Machine)) };

    private void ForEachTask(Action<ReplayTask> work)
    {
        try
        {
            Parallel.For(
                0,
                _tasks.Length,
                new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, _plan.Threads) },
                task => work(_tasks[task]));
        }
        catch (AggregateException faults) when (faults.InnerExceptions.OfType<PolicyException>().Any())
        {
            ExceptionDispatchInfo.Throw(faults.InnerExceptions.OfType<PolicyException>().First());
        }
    }
}
