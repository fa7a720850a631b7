using ForkTrace.Analytics.Comparison;
using ForkTrace.Analytics.Fleet;
using ForkTrace.Analytics.Storage;
using ForkTrace.Replay.Engine;

namespace ForkTrace.Cli.Commands;

/// <summary>The plan of a fleet: recordings, policies, conditions and the folder of results, by the same keys as the plan of <c>ci</c>.</summary>
internal sealed class FleetPlanFile
{
    public const string DefaultPath = "fleet.toml";

    private FleetPlanFile(PlanFile file, int threads)
    {
        File = file;
        Replay = file.Replay(threads);
        Tasks = FleetTask.Of(file.Plan, $"{ContentName.Question(Replay)}\n{ResultsTarget.Released(Nameless).Version}");
        Ledger = new FleetLedger(file.Plan.Output);
    }

    public PlanFile File { get; }

    public ReplayPlan Replay { get; }

    public ImmutableArray<FleetTask> Tasks { get; }

    public FleetLedger Ledger { get; }

    /// <summary>The folder of the results.</summary>
    public string Output => File.Plan.Output;

    private static RunDescription Nameless => new(ToolVersion.Text, "", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);

    /// <summary>Reads a plan.</summary>
    /// <exception cref="RuleException">It cannot be read or understood, or names a recording that is not there.</exception>
    /// <exception cref="UsageException">A key has a value that it does not take.</exception>
    public static FleetPlanFile Load(string path, int threads = 1) => new(PlanFile.Load(path), threads);
}
