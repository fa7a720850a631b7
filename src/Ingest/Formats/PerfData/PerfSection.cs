namespace ForkTrace.Ingest.Formats.PerfData;

/// <summary>struct perf_file_section: where a part of the file lies.</summary>
internal readonly record struct PerfSection(ulong Offset, ulong Size)
{
    public const int Bytes = 16;

    public static PerfSection Read(ref ByteCursor cursor, string what) => new(cursor.ReadUInt64(what), cursor.ReadUInt64(what));

    /// <summary>Rejects a section that is not wholly inside the file.</summary>
    public void RequireInside(TraceInput input, string what)
    {
        if (Offset > (ulong)input.Length)
            Reject.Truncated(what, (long)Math.Min(Offset, long.MaxValue), (long)Math.Min(Size, long.MaxValue), 0);
        if (Size > (ulong)input.Length - Offset)
            Reject.Truncated(what, (long)Offset, (long)Math.Min(Size, long.MaxValue), input.Length - (long)Offset);
    }

    /// <summary>The section's bytes; rejected if they are not all there.</summary>
    public ReadOnlySpan<byte> Slice(TraceInput input, string what)
    {
        RequireInside(input, what);
        return input.Slice((long)Offset, (long)Size, what);
    }
}
