using System.Collections.Immutable;

namespace ForkTrace.Lifecycle.Recording;

/// <summary>How to record a workload on a machine.</summary>
public sealed record RecordingPlan
{
    public required RecordingTool Tool { get; init; }

    public required RecordingLevel Level { get; init; }

    /// <summary>The events that will be recorded.</summary>
    public required ImmutableArray<RecordedEvent> Events { get; init; }

    /// <summary>Shell lines to run before; mostly none.</summary>
    public required ImmutableArray<string> Before { get; init; }

    /// <summary>The recorder's command line, the workload included; just the workload where a script on tracefs records.</summary>
    public required ImmutableArray<string> Arguments { get; init; }

    /// <summary>Shell lines to run afterwards, also if the workload fails; mostly none.</summary>
    public required ImmutableArray<string> After { get; init; }

    /// <summary>The file that will be written.</summary>
    public required string Output { get; init; }

    /// <summary>What was assumed, and what is left out and why.</summary>
    public required ImmutableArray<string> Notes { get; init; }

    /// <summary>Why this user cannot record here, each with what would help; empty if nothing is in the way.</summary>
    public required ImmutableArray<string> Problems { get; init; }

    public required RecordingEstimate Estimate { get; init; }

    /// <summary>All as shell lines to copy.</summary>
    public ImmutableArray<string> ShellLines => [.. Before, ShellText.Of(Arguments), .. After];
}
