using System.Collections.Immutable;

namespace ForkTrace.Ingest.Opening;

/// <summary>The texts of tracefs that explain raw pages; empty for those that are missing.</summary>
internal sealed record RawPagesTexts
{
    public required byte[] HeaderPage { get; init; }

    public required byte[] HeaderEvent { get; init; }

    /// <summary>Event formats, in order of system and event.</summary>
    public required ImmutableArray<(string System, byte[] Text)> Formats { get; init; }

    public required byte[] Kallsyms { get; init; }

    public required byte[] PrintkFormats { get; init; }

    public required byte[] SavedCmdlines { get; init; }

    public required byte[] TraceClock { get; init; }

    /// <summary>per_cpu/cpuN/stats of each CPU.</summary>
    public required ImmutableArray<(int Cpu, byte[] Text)> Statistics { get; init; }
}
