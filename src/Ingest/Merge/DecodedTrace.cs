namespace ForkTrace.Ingest.Merge;

/// <summary>What a format's reader hands to the merge: one stream a CPU, and what the file says of itself.</summary>
internal sealed class DecodedTrace : IDisposable
{
    /// <summary>One stream a CPU; at most one for each CPU number.</summary>
    public required IReadOnlyList<RawEventStream> Streams { get; init; }

    /// <summary>Format, kernel, machine, clock, CPUs, recorder, losses and issues are the reader's; the merge fills in the rest.</summary>
    public required TraceFacts Facts { get; set; }

    /// <summary>Events that play no part, by <c>system:name</c>.</summary>
    public ImmutableSortedDictionary<string, long> Skipped { get; init; } = ImmutableSortedDictionary<string, long>.Empty;

    /// <summary>The recording's own id, 0 if the format has none: what a guest's recording calls its host by.</summary>
    public ulong TraceId { get; init; }

    /// <summary>Of a guest's recording whose times are on its host's clock: the host's <see cref="TraceId"/>. Else 0.</summary>
    public ulong HostTraceId { get; init; }

    /// <summary>What the user's own probes meant while the trace was read; null for none.</summary>
    public ProbeMap? Probes { get; set; }

    public void Dispose()
    {
        foreach (RawEventStream stream in Streams)
            stream.Dispose();
    }
}
