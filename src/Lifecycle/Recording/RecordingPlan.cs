namespace ForkTrace.Lifecycle.Recording;

/// <summary>How to record a workload on a machine.</summary>
public sealed record RecordingPlan
{
    public required RecordingTool Tool { get; init; }

    public required RecordingLevel Level { get; init; }

    /// <summary>The events that will be recorded.</summary>
    public required ImmutableArray<RecordedEvent> Events { get; init; }

    /// <summary>Shell lines to run before: what writes <see cref="KernelFactsFile"/>, and what the recorder needs.</summary>
    public required ImmutableArray<string> Before { get; init; }

    /// <summary>The recorder's command line, the workload included; just the workload where a script on tracefs records.</summary>
    public required ImmutableArray<string> Arguments { get; init; }

    /// <summary>The workload with its arguments: the end of <see cref="Arguments"/>.</summary>
    public required ImmutableArray<string> Command { get; init; }

    /// <summary>Shell lines to run afterwards, also if the workload fails; mostly none.</summary>
    public required ImmutableArray<string> After { get; init; }

    /// <summary>The file that will be written.</summary>
    public required string Output { get; init; }

    /// <summary>The file that will say how the kernel was built, beside the recording.</summary>
    public string KernelFactsFile => Output + KernelFacts.FileSuffix;

    /// <summary>What was assumed, and what is left out and why.</summary>
    public required ImmutableArray<string> Notes { get; init; }

    /// <summary>Why this user cannot record here, each with what would help; empty if nothing is in the way.</summary>
    public required ImmutableArray<string> Problems { get; init; }

    public required RecordingEstimate Estimate { get; init; }

    /// <summary>All as shell lines to copy.</summary>
    public ImmutableArray<string> ShellLines =>
        [.. Before.Append(ShellText.Of(Arguments)).Concat(After).SelectMany(lines => lines.Split('\n'))];
}

/// <summary>What records.</summary>
public enum RecordingTool
{
    /// <summary><c>trace-cmd record</c>: the smallest files.</summary>
    TraceCmd,

    /// <summary><c>perf record -a</c>.</summary>
    Perf,

    /// <summary>A few lines of shell on tracefs, which leave text: where neither tool is there.</summary>
    Ftrace,
}

/// <summary>
/// What a recording will take, from measurements that docs/recording.md describes: 1000 runs of /bin/true from a shell on a 2-CPU
/// x86-64 machine, kernel 6.18. Forks that do not exec take less with perf, which also writes down each program's mappings.
/// </summary>
/// <param name="FixedBytes">Size of a recording in which nothing happens.</param>
/// <param name="BytesPerThousandForks">What each thousand of forks add.</param>
/// <param name="CpuNsPerFork">CPU time that recording adds to a fork, its exec and exit.</param>
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

/// <summary>What a user wants recorded.</summary>
public sealed record RecordingRequest
{
    public RecordingLevel Level { get; init; } = RecordingLevel.Standard;

    /// <summary>The tool to record with; null: the best that works on the machine.</summary>
    public RecordingTool? Tool { get; init; }

    /// <summary>The file to write; null: the tool's own default.</summary>
    public string? Output { get; init; }

    /// <summary>The workload with its arguments; empty: not said, then CMD stands for it.</summary>
    public ImmutableArray<string> Command { get; init; } = [];
}
