namespace ForkTrace.Ingest.Formats.Text;

/// <summary>A mapping of a user's probe made ready for lines: fields are printed as <c>name=value</c>.</summary>
internal sealed class MappedProbe
{
    private readonly EventKind _kind;
    private readonly (ProbeCondition Condition, byte[] Key, byte[]? Symbol)[] _conditions;
    private readonly byte[]? _tidKey;
    private readonly byte[]? _cpuKey;

    public MappedProbe(ProbeMapping mapping)
    {
        _kind = ProbeMeanings.KindOf(mapping.Meaning);
        _conditions =
        [
            .. mapping.Conditions.Select(condition => (
                condition, KeyOf(condition.Field), condition.Symbol is { } symbol ? Encoding.UTF8.GetBytes(symbol) : null)),
        ];
        _tidKey = mapping.Tid is null or "common_pid" ? null : KeyOf(mapping.Tid);
        _cpuKey = mapping.Cpu is null ? null : KeyOf(mapping.Cpu);
    }

    /// <summary>Fills a row that comes with the running thread as its subject; Other where a condition does not hold.</summary>
    public BodyOutcome Read(ReadOnlySpan<byte> body, ref RawEvent row)
    {
        foreach ((ProbeCondition condition, byte[] key, byte[]? symbol) in _conditions)
        {
            if (symbol is not null)
            {
                if (FunctionIn(body, key).SequenceEqual(symbol) != (condition.Comparison == ProbeComparison.Equal))
                    return BodyOutcome.Other;
                continue;
            }

            if (!BodyFields.TryFirst(body, key, out long field))
                return BodyOutcome.Unreadable;
            if (!ProbeCondition.Holds(condition.Comparison, field, condition.Value))
                return BodyOutcome.Other;
        }

        long cpu = -1;
        if (_cpuKey is not null && !BodyFields.TryFirst(body, _cpuKey, out cpu))
            return BodyOutcome.Unreadable;
        if (_tidKey is not null)
        {
            if (!BodyFields.TryFirst(body, _tidKey, out long tid))
                return BodyOutcome.Unreadable;
            row.Tid = (int)tid;
        }

        row.Value = ProbeMap.ValueOf(cpu);
        row.Kind = _kind;
        return BodyOutcome.Row;
    }

    private static byte[] KeyOf(string field) => Encoding.ASCII.GetBytes($" {field}=");

    // "func=thread_stack_free_rcu+0x0"; the function tracer prints its ip first and by name: "vfree <-thread_stack_free_rcu".
    private static ReadOnlySpan<byte> FunctionIn(ReadOnlySpan<byte> body, ReadOnlySpan<byte> key)
    {
        int at = BodyFields.AfterFirst(body, key);
        ReadOnlySpan<byte> function = at >= 0 ? body[at..] : key.SequenceEqual(" ip="u8) ? body : default;
        int end = function.IndexOfAny((byte)' ', (byte)'(', (byte)'+');
        return end < 0 ? function : function[..end];
    }
}
