namespace ForkTrace.Lifecycle.Recording;

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
