using System.Collections.Immutable;
using System.CommandLine;
using ForkTrace.Analytics.Comparison;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Costs;
using ForkTrace.Replay.Engine;

namespace ForkTrace.Cli.Options;

/// <summary>
/// A <c>forktrace.toml</c>: beside what a plan alone has, every option of a replay by its own word, read as a command line would be.
/// </summary>
internal sealed class PlanFile
{
    // Said by the plan's own keys, with more than one at a time.
    private const string Policy = "--policy";

    private readonly string _path;
    private readonly Command _command = new("ci");
    private readonly ReplayOptions _replay;

    private PlanFile(string path)
    {
        _path = path;
        _replay = new ReplayOptions(_command);
        Plan = CiPlan.Load(path, [.. _command.Options.Where(option => option.Name != Policy).Select(option => option.Name[2..])]);
    }

    public CiPlan Plan { get; }

    /// <summary>Reads a plan.</summary>
    /// <exception cref="RuleException">As of <see cref="CiPlan.Load"/>.</exception>
    public static PlanFile Load(string path) => new(path);

    /// <summary>What is replayed over each recording.</summary>
    /// <exception cref="UsageException">An option has a value that it does not take.</exception>
    /// <exception cref="PolicyException">A policy, parameter or cost model is not there, or a plug-in is none.</exception>
    public ReplayPlan Replay(int threads)
    {
        ParseResult parsed = _command.Parse(
            [.. Plan.Policies.SelectMany(policy => new[] { Policy, policy }), .. Plan.Options.SelectMany(Words)]);
        if (parsed.Errors.Count > 0)
            throw new UsageException($"{_path}: {string.Join("; ", parsed.Errors.Select(error => error.Message.TrimEnd('.')).Distinct())}");
        try
        {
            return _replay.Plan(parsed, threads, Plan.Capacities);
        }
        catch (UsageException mistake)
        {
            throw new UsageException($"{_path}: {mistake.Message}");
        }
        catch (PolicyException mistake)
        {
            throw new PolicyException($"{_path}: {mistake.Message}") { Details = mistake.Details };
        }
    }

    private IEnumerable<string> Words(KeyValuePair<string, ImmutableArray<string>> entry)
    {
        string name = $"--{entry.Key}";
        string? takes = _command.Options.Single(option => option.Name == name).HelpName;
        bool takesFile = takes?.Contains("FILE", StringComparison.Ordinal) == true;
        return entry.Value.IsEmpty ? [name] : entry.Value.SelectMany(value => new[] { name, takesFile ? Located(value) : value });
    }

    // Paths are relative to the plan. What is called like a shipped model is that; what is no file may be a text that needs none.
    private string Located(string value)
    {
        string path = Path.Combine(Plan.Folder, value);
        bool isFile = !CostModelCatalog.All.Any(model => model.Name == value) && (File.Exists(path) || File.Exists(value));
        return isFile ? path : value;
    }
}
