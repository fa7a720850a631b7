namespace ForkTrace.Ingest.Formats;

/// <summary>Options for reading a recording.</summary>
public sealed record IngestOptions
{
    /// <summary>The name used for the top-level ring buffer, which has no name of its own.</summary>
    public const string TopInstance = "top";

    /// <summary>Name of the format; null to recognise it by the file's first bytes.</summary>
    public string? Format { get; init; }

    /// <summary>True to keep rows of every known kind, including switches between living tasks, and wake-ups.</summary>
    public bool KeepAll { get; init; }

    /// <summary>
    /// Names of the ring buffers to read if the recording has several; <see cref="TopInstance"/> is the top-level one. Empty for all.
    /// </summary>
    public ImmutableArray<string> Instances { get; init; } = [];

    /// <summary>The map of the user's own probes; null to use only the probes that this tool knows.</summary>
    public ProbeMap? Probes { get; init; }

    /// <summary>Largest unpacked size of a recording, in bytes; null for 1000 times its size, at most 64 GiB.</summary>
    public long? UnpackedMaxBytes { get; init; }

    /// <summary>Number of threads that may decode at the same time. Results do not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Maximum number of rows in a batch of <see cref="TraceReader.Stream(string, IngestOptions)"/>.</summary>
    public int BatchRows { get; init; } = EventFile.BatchRows;

    /// <summary>True to return batches as soon as there are rows, even if they are not full: for a recording in progress.</summary>
    public bool IsLive { get; init; }

    /// <summary>Receives the time up to which rows are complete, while the recording is being read. May be null.</summary>
    internal IRounds? Rounds { get; init; }

    /// <summary>Receives the completed fraction, 0 to 1, from time to time and from any thread. May be null.</summary>
    public Action<double>? Progress { get; init; }
}
