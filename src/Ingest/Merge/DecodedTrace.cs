namespace ForkTrace.Ingest.Merge;

/// <summary>The result of a format's reader, for the merge: one stream per CPU, and the facts in the file.</summary>
internal sealed class DecodedTrace : IDisposable
{
    /// <summary>The streams, at most one for each CPU number.</summary>
    public required IReadOnlyList<RawEventStream> Streams { get; init; }

    /// <summary>The reader sets format, kernel, machine, clock, CPUs, recorder, losses and issues. The merge fills in the rest.</summary>
    public required TraceFacts Facts { get; set; }

    /// <summary>Events that do not affect stacks, by <c>system:name</c>.</summary>
    public ImmutableSortedDictionary<string, long> Skipped { get; init; } = ImmutableSortedDictionary<string, long>.Empty;

    /// <summary>The recording's own id, by which a guest's recording refers to its host; 0 if the format has none.</summary>
    public ulong TraceId { get; init; }

    /// <summary>For a guest's recording with times on its host's clock: the host's <see cref="TraceId"/>. Else 0.</summary>
    public ulong HostTraceId { get; init; }

    /// <summary>The map of the user's own probes, which was used for reading; null for none.</summary>
    public ProbeMap? Probes { get; set; }

    public void Dispose()
    {
        foreach (RawEventStream stream in Streams)
            stream.Dispose();
    }
}
