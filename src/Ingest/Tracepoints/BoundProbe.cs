using ForkTrace.Events;

namespace ForkTrace.Ingest.Tracepoints;

/// <summary>A mapping of a probe bound to the offsets of the trace's own format text.</summary>
public sealed class BoundProbe
{
    private readonly FieldAccess _tid;
    private readonly FieldAccess _cpu;
    private readonly BoundCondition[] _conditions;

    internal BoundProbe(ProbeMapping mapping, EventFormat format, FunctionNames functions, bool swap)
    {
        Kind = ProbeMeanings.KindOf(mapping.Meaning);
        _tid = FieldAccess.Of(format, mapping.Tid ?? "common_pid", swap);
        _cpu = FieldAccess.Of(format, mapping.Cpu, swap);
        _conditions = [.. mapping.Conditions.Select(condition => new BoundCondition(condition, format, functions, swap))];
        MinBytes = Math.Max(Math.Max(_tid.End, _cpu.End), _conditions.Select(condition => condition.MinBytes).DefaultIfEmpty(0).Max());
    }

    /// <summary>The row's kind.</summary>
    public EventKind Kind { get; }

    /// <summary>A record shorter than this is damaged.</summary>
    public int MinBytes { get; }

    /// <summary>Reads a record; false if a condition does not hold.</summary>
    public bool TryRead(ref byte record, out int tid, out long value)
    {
        tid = 0;
        value = 0;
        foreach (BoundCondition condition in _conditions)
        {
            if (!condition.Holds(ref record))
                return false;
        }

        tid = _tid.Exists ? (int)_tid.Read(ref record) : 0;
        value = ProbeMap.ValueOf(_cpu.Exists ? _cpu.Read(ref record) : null);
        return true;
    }
}
