using ForkTrace.Analytics.Comparison;
using ForkTrace.Cli.Plugins;
using ForkTrace.Replay;
using ForkTrace.Replay.Conditions;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;

namespace ForkTrace.Cli.Commands;

/// <summary>
/// A <c>forktrace.toml</c>: the keys of a plan, and conditions, plug-ins and reuse under the names that they have on a command line. Paths
/// are relative to the plan.
/// </summary>
internal sealed class PlanFile
{
    private static readonly ImmutableArray<string> s_keys =
    [
        .. ConditionDefinition.All.Select(condition => condition.Name),
        ReplayOptions.ReuseName,
        PluginOptions.SourceName,
        PluginOptions.AssemblyName,
        PolicyLimits.TimeName,
        PolicyLimits.MemoryName,
    ];

    private readonly string _path;

    private PlanFile(string path)
    {
        _path = path;
        Plan = CiPlan.Load(path, s_keys);
    }

    public CiPlan Plan { get; }

    /// <summary>Reads a plan.</summary>
    /// <exception cref="RuleException">As for <see cref="CiPlan.Load"/>.</exception>
    public static PlanFile Load(string path) => new(path);

    /// <summary>Refuses two recordings of the same name.</summary>
    /// <exception cref="RuleException">Two recordings have the same name.</exception>
    public void RequireDistinctNames() => TomlFile.Explain(_path, () =>
    {
        Plan.RequireDistinctNames();
        return true;
    });

    /// <summary>The plan to replay over each recording.</summary>
    /// <exception cref="UsageException">A key has a value that is not allowed.</exception>
    /// <exception cref="PolicyException">A policy, parameter or cost model does not exist, or a plug-in holds no policy.</exception>
    public ReplayPlan Replay(int threads)
    {
        try
        {
            ReplayRequest request = new()
            {
                Policies = Plan.Policies,
                Capacities = Plan.Capacities,
                Plugged = PluginOptions.Load(Paths(PluginOptions.SourceName), Paths(PluginOptions.AssemblyName), Limits),
                Conditions = Conditions(),
                Reuse = Reuse(),
            };
            return request.Plan(threads);
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

    /// <summary>Refuses conditions that do not fit a recording.</summary>
    /// <exception cref="UsageException">A condition does not fit.</exception>
    public void RefuseUnfit(ReplayPlan plan, TraceFacts facts) =>
        ConditionOptions.RefuseUnfit(plan.Conditions, facts, $"{_path}: ");

    private ReplayConditions Conditions()
    {
        ReplayConditions conditions = ReplayConditions.Default;
        foreach (ConditionDefinition condition in ConditionDefinition.All)
        {
            if (Plan.Settings.TryGetValue(condition.Name, out ImmutableArray<string> values))
                conditions = ConditionOptions.Read(conditions, condition, Single(condition, values), Plan.Folder, condition.Name);
        }

        return conditions;
    }

    private static string Single(ConditionDefinition condition, ImmutableArray<string> values) => values.Length == 1
        ? values[0]
        : throw new UsageException($"{condition.Name}: one value of the form {condition.Form} is needed");

    private bool Reuse() => Plan.Settings.TryGetValue(ReplayOptions.ReuseName, out ImmutableArray<string> values)
        && (values.IsEmpty ? true : throw new UsageException($"{ReplayOptions.ReuseName}: must be true or false"));

    private PolicyLimits Limits() => PolicyLimits.Of(Limit(PolicyLimits.TimeName), Limit(PolicyLimits.MemoryName));

    private string? Limit(string key) => !Plan.Settings.TryGetValue(key, out ImmutableArray<string> values) ? null
        : values.Length == 1 ? values[0] : throw new UsageException($"{key}: one value is needed");

    private string[] Paths(string key) => Plan.Settings.TryGetValue(key, out ImmutableArray<string> values)
        ? [.. values.Select(path => Path.Combine(Plan.Folder, path))]
        : [];
}
