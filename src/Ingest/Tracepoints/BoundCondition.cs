namespace ForkTrace.Ingest.Tracepoints;

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
