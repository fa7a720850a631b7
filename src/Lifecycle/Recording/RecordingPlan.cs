namespace ForkTrace.Lifecycle.Recording;

/// <summary>How to record a workload on a machine.</summary>
public sealed record RecordingPlan
{
    public required RecordingTool Tool { get; init; }

    public required RecordingLevel Level { get; init; }

    /// <summary>The events that will be recorded.</summary>
    public required ImmutableArray<RecordedEvent> Events { get; init; }

    /// <summary>Shell lines to run before: they write <see cref="KernelFactsFile"/> and prepare the recorder.</summary>
    public required ImmutableArray<string> Before { get; init; }

    /// <summary>The recorder's command line including the workload; only the workload if a script on tracefs records.</summary>
    public required ImmutableArray<string> Arguments { get; init; }

    /// <summary>The workload with its arguments: the end of <see cref="Arguments"/>.</summary>
    public required ImmutableArray<string> Command { get; init; }

    /// <summary>Shell lines to run afterwards, even if the workload fails; usually none.</summary>
    public required ImmutableArray<string> After { get; init; }

    /// <summary>The file that will be written.</summary>
    public required string Output { get; init; }

    /// <summary>The file that describes how the kernel was built, next to the recording.</summary>
    public string KernelFactsFile => Output + KernelFacts.FileSuffix;

    /// <summary>Assumptions, and what is left out with the reason.</summary>
    public required ImmutableArray<string> Notes { get; init; }

    /// <summary>Why this user cannot record here, each with a remedy; empty if recording is possible.</summary>
    public required ImmutableArray<string> Problems { get; init; }

    public required RecordingEstimate Estimate { get; init; }

    /// <summary>Everything as shell lines to copy.</summary>
    public ImmutableArray<string> ShellLines =>
        [.. Before.Append(ShellText.Of(Arguments)).Concat(After).SelectMany(lines => lines.Split('\n'))];
}

/// <summary>The recorder.</summary>
public enum RecordingTool
{
    /// <summary><c>trace-cmd record</c>: the smallest files.</summary>
    TraceCmd,

    /// <summary><c>perf record -a</c>.</summary>
    Perf,

    /// <summary>A few lines of shell on tracefs that write text; for machines with neither tool.</summary>
    Ftrace,
}

/// <summary>
/// Expected costs of a recording, from the measurements in docs/recording.md: 1000 runs of /bin/true from a shell on a 2-CPU x86-64
/// machine, kernel 6.18. With perf, forks without an exec take less, because perf also records each program's mappings.
/// </summary>
/// <param name="FixedBytes">Size of a recording without events.</param>
/// <param name="BytesPerThousandForks">Additional size per thousand forks.</param>
/// <param name="CpuNsPerFork">CPU time that recording adds to a fork with its exec and exit, ns.</param>
public sealed record RecordingEstimate(long FixedBytes, long BytesPerThousandForks, long CpuNsPerFork)
{
    /// <summary>The estimate for a tool and level.</summary>
    public static RecordingEstimate Of(RecordingTool tool, RecordingLevel level) => (tool, level) switch
    {
        (RecordingTool.Perf, RecordingLevel.Minimal) => new(300_000, 1_250_000, 30_000),
        (RecordingTool.Perf, RecordingLevel.Standard) => new(300_000, 1_600_000, 45_000),
        (RecordingTool.Perf, _) => new(300_000, 1_750_000, 50_000),
        (RecordingTool.TraceCmd, RecordingLevel.Minimal) => new(1_000_000, 200_000, 30_000),
        (RecordingTool.TraceCmd, RecordingLevel.Standard) => new(1_000_000, 380_000, 45_000),
        (RecordingTool.TraceCmd, _) => new(1_000_000, 450_000, 50_000),
        (_, RecordingLevel.Minimal) => new(1_000, 500_000, 30_000),
        (_, RecordingLevel.Standard) => new(1_000, 1_000_000, 45_000),
        _ => new(1_000, 1_250_000, 50_000),
    };
}

/// <summary>What the user wants to record.</summary>
public sealed record RecordingRequest
{
    public RecordingLevel Level { get; init; } = RecordingLevel.Standard;

    /// <summary>The tool to record with; null for the best one that works on the machine.</summary>
    public RecordingTool? Tool { get; init; }

    /// <summary>The file to write; null for the tool's own default.</summary>
    public string? Output { get; init; }

    /// <summary>The workload with its arguments; empty if not given, then CMD stands for it.</summary>
    public ImmutableArray<string> Command { get; init; } = [];
}
