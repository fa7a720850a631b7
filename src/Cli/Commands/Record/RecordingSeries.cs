using ForkTrace.Lifecycle.Recording;

namespace ForkTrace.Cli.Commands;

/// <summary>Records one workload once or several times, each time into its own file.</summary>
internal sealed class RecordingSeries
{
    private readonly bool _keepsOutputClean;

    private RecordingSeries(ImmutableArray<RecordingPlan> plans, bool keepsOutputClean)
    {
        Plans = plans;
        _keepsOutputClean = keepsOutputClean;
    }

    /// <summary>The plan of each recording.</summary>
    public ImmutableArray<RecordingPlan> Plans { get; }

    /// <summary>The recordings that were made.</summary>
    public List<FinishedRecording> Finished { get; } = [];

    /// <summary>The exit code of the first workload that failed; 0 if none did.</summary>
    public int ExitCode => Finished.Select(recording => recording.ExitCode).FirstOrDefault(code => code != 0);

    /// <summary>Plans the recordings.</summary>
    /// <param name="machine">The machine to record.</param>
    /// <param name="request">The workload and the file to write.</param>
    /// <param name="repeats">How many to make: null for load.dat alone, N for load-1.dat to load-N.dat.</param>
    /// <param name="keepsOutputClean">True if the workload must write to standard error.</param>
    public static RecordingSeries Of(RecordingMachine machine, RecordingRequest request, int? repeats, bool keepsOutputClean)
    {
        RecordingPlan plan = RecordingPlanner.Plan(machine, request);
        return repeats is not { } count
            ? new RecordingSeries([plan], keepsOutputClean)
            : new RecordingSeries(
                [.. Enumerable.Range(1, count).Select(
                    number => RecordingPlanner.Plan(machine, request with { Output = NameOf(plan.Output, number) }))],
                keepsOutputClean);
    }

    /// <summary>Makes the recordings in turn and reports each one. Stops after an interrupt.</summary>
    /// <exception cref="UsageException">The recorder failed. Earlier recordings are kept.</exception>
    public void Run()
    {
        foreach (RecordingPlan plan in Plans)
        {
            RecordingRun run = new(plan);
            FinishedRecording recording = new(plan.Output, run.Run(_keepsOutputClean));
            Finished.Add(recording);
            RecordingText.WriteRecorded(recording);
            if (run.WasInterrupted)
                break;
        }
    }

    private static string NameOf(string output, int number)
    {
        string extension = Path.GetExtension(output);
        return string.Create(CultureInfo.InvariantCulture, $"{output[..^extension.Length]}-{number}{extension}");
    }
}

/// <summary>A recording that was made.</summary>
/// <param name="Output">Its file.</param>
/// <param name="ExitCode">The exit code of the workload.</param>
internal sealed record FinishedRecording(string Output, int ExitCode);
