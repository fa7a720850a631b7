namespace ForkTrace.Ingest.Formats.Text;

/// <summary>Bodies of the rcu events (include/trace/events/rcu.h). The names of RCU flavours contain no blanks.</summary>
internal static class RcuBody
{
    public static BodyOutcome Read(TextEvent named, ReadOnlySpan<byte> body, ref RawEvent row) => named.Kind switch
    {
        EventKind.RcuGracePeriod => GracePeriod(named, body, ref row),
        EventKind.RcuCallback or EventKind.RcuInvokeCallback => Callback(body, ref row),
        EventKind.RcuBatchStart => BatchStart(named, body, ref row),
        EventKind.RcuBatchEnd => Field(body, " CBs-invoked="u8, named.ValueKey, ref row),
        _ => BodyOutcome.Row,
    };

    // "rcu_preempt 2953 cpuqs"
    private static BodyOutcome GracePeriod(TextEvent named, ReadOnlySpan<byte> body, ref RawEvent row)
    {
        if (BodyFields.TryFirst(body, named.ValueKey, out row.Value))
            return BodyOutcome.Row;
        int at = body.IndexOf((byte)' ') + 1;
        return at > 0 && TextNumbers.TryNumber(body, ref at, out row.Value) ? BodyOutcome.Row : BodyOutcome.Unreadable;
    }

    // "rcu_preempt rhp=0x... func=thread_stack_free_rcu 12": the function's name, not its address.
    private static BodyOutcome Callback(ReadOnlySpan<byte> body, ref RawEvent row)
    {
        int at = BodyFields.AfterFirst(body, " func="u8);
        if (at < 0)
            return BodyOutcome.Unreadable;
        ReadOnlySpan<byte> function = body[at..];
        int end = function.IndexOfAny((byte)' ', (byte)'+');
        function = end < 0 ? function : function[..end];
        if (row.Kind == EventKind.RcuInvokeCallback && FunctionNames.KindOf(function) == EventKind.FunctionStackRcu)
            row.Kind = EventKind.StackRcuInvoke;
        else if (row.Kind == EventKind.RcuCallback && FunctionNames.KindOf(function) == EventKind.FunctionStackRcu)
            row.Kind = EventKind.StackRcuQueue;
        if (function.StartsWith("0x"u8))
            _ = TextNumbers.TryNumber(body, ref at, out row.Value);
        return BodyOutcome.Row;
    }

    // "rcu_preempt CBs=12 bl=10"; before 5.6 "CBs=LAZY/ALL".
    private static BodyOutcome BatchStart(TextEvent named, ReadOnlySpan<byte> body, ref RawEvent row)
    {
        int at = BodyFields.AfterFirst(body, " CBs="u8);
        if (at < 0)
            return Field(body, " qlen="u8, named.ValueKey, ref row);
        if (!TextNumbers.TryNumber(body, ref at, out row.Value))
            return BodyOutcome.Unreadable;
        if (at < body.Length && body[at++] == '/')
            return TextNumbers.TryNumber(body, ref at, out row.Value) ? BodyOutcome.Row : BodyOutcome.Unreadable;
        return BodyOutcome.Row;
    }

    private static BodyOutcome Field(ReadOnlySpan<byte> body, ReadOnlySpan<byte> key, ReadOnlySpan<byte> rawKey, ref RawEvent row) =>
        BodyFields.TryFirst(body, key, out row.Value) || BodyFields.TryFirst(body, rawKey, out row.Value)
            ? BodyOutcome.Row
            : BodyOutcome.Unreadable;
}
