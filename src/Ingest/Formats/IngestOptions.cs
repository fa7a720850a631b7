namespace ForkTrace.Ingest.Formats;

/// <summary>How a recording is to be read.</summary>
public sealed record IngestOptions
{
    /// <summary>What the top-level ring buffer, which has no name, is called.</summary>
    public const string TopInstance = "top";

    /// <summary>Name of the format, or null to find it by the file's first bytes.</summary>
    public string? Format { get; init; }

    /// <summary>Keep rows of every known kind, also switches between living tasks and wake-ups.</summary>
    public bool KeepAll { get; init; }

    /// <summary>
    /// Names of the ring buffers to read of a recording that has several, <see cref="TopInstance"/> for the top-level one; empty for all.
    /// </summary>
    public ImmutableArray<string> Instances { get; init; } = [];

    /// <summary>What the user's own probes say of the stack cache; null for the probes that are known without being told.</summary>
    public ProbeMap? Probes { get; init; }

    /// <summary>Bytes that a packed recording may unpack to; null for 1000 times its size, at most 64 GiB.</summary>
    public long? UnpackedMaxBytes { get; init; }

    /// <summary>Threads that may decode at a time; results do not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Called now and then, from any thread, with the fraction done (0 to 1); null if not needed.</summary>
    public Action<double>? Progress { get; init; }
}
