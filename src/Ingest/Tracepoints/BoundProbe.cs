namespace ForkTrace.Ingest.Tracepoints;

/// <summary>A mapping of a probe bound to the offsets of the trace's own format text.</summary>
internal sealed class BoundProbe(ProbeMapping mapping, EventFormat format, FunctionNames functions, bool swap)
{
    private readonly FieldAccess _tid = FieldAccess.Of(format, mapping.Tid ?? KnownTracepoint.Running, swap);
    private readonly FieldAccess _cpu = FieldAccess.Of(format, mapping.Cpu, swap);
    private readonly BoundCondition[] _conditions =
        [.. mapping.Conditions.Select(condition => new BoundCondition(condition, format, functions, swap))];

    public EventKind Kind { get; } = ProbeMeanings.KindOf(mapping.Meaning);

    /// <summary>A record shorter than this is damaged.</summary>
    public int MinBytes => _conditions.Select(condition => condition.MinBytes).Append(_tid.End).Append(_cpu.End).Max();

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
internal readonly struct BoundCondition(ProbeCondition condition, EventFormat format, FunctionNames functions, bool swap)
{
    private readonly FieldAccess _field = FieldAccess.Of(format, condition.Field, swap);
    private readonly ProbeComparison _comparison = condition.Comparison;
    private readonly long _value = condition.Symbol is { } symbol ? (long)functions.AddressOf(symbol) : condition.Value;
    private readonly bool _isAddress = condition.Symbol is not null;

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
