namespace ForkTrace.Ingest.Tracepoints;

/// <summary>A mapping of a probe bound to the offsets of the trace's own format text.</summary>
internal sealed class BoundProbe
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

/// <summary>A condition bound to the offset of its field and, if it names a kernel function, to the function's address.</summary>
internal readonly struct BoundCondition
{
    private readonly FieldAccess _field;
    private readonly ProbeComparison _comparison;
    private readonly long _value;
    private readonly bool _isAddress;

    public BoundCondition(ProbeCondition condition, EventFormat format, FunctionNames functions, bool swap)
    {
        _field = FieldAccess.Of(format, condition.Field, swap);
        _comparison = condition.Comparison;
        _isAddress = condition.Symbol is not null;
        _value = condition.Symbol is { } symbol ? (long)functions.AddressOf(symbol) : condition.Value;
    }

    public int MinBytes => _field.End;

    public bool Holds(ref byte record)
    {
        if (!_field.Exists)
            return false;
        long field = _field.Read(ref record);
        return _isAddress
            ? FunctionNames.IsAt((ulong)_value, (ulong)field) == (_comparison == ProbeComparison.Equal)
            : ProbeCondition.Holds(_comparison, field, _value);
    }
}
