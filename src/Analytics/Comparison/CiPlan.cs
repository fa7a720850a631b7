using System.Collections.Immutable;
using System.Globalization;
using System.IO.Enumeration;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Costs;
using ForkTrace.Replay.Engine;
using Tomlyn.Model;

namespace ForkTrace.Analytics.Comparison;

/// <summary>What a repository that keeps recordings wants replayed and guarded: a <c>forktrace.toml</c>.</summary>
public sealed record CiPlan
{
    private const string DefaultBaseline = "forktrace-baseline.json";
    private const string DefaultOutput = "forktrace-results";

    private static readonly string[] s_keys =
        ["traces", "policies", "capacities", "cost_model", "seed", "baseline", "output", "rules", "rule"];

    /// <summary>Full paths of the recordings, in order of name.</summary>
    public required ImmutableArray<string> Traces { get; init; }

    /// <summary>What is replayed over each.</summary>
    public required ReplayPlan Replay { get; init; }

    /// <summary>Full path of the baseline file.</summary>
    public required string Baseline { get; init; }

    /// <summary>Full path of the folder for results.</summary>
    public required string Output { get; init; }

    public required RuleSet Rules { get; init; }

    /// <summary>Reads a plan. Paths in it are relative to its own folder.</summary>
    /// <exception cref="RuleException">The file cannot be read or understood, or names a recording that is not there.</exception>
    /// <exception cref="PolicyException">It names a policy, parameter or cost model that is not there.</exception>
    public static CiPlan Load(string path)
    {
        TomlTable table = TomlFile.Read(path);
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return TomlFile.Explain(path, () => From(table, folder));
    }

    private static CiPlan From(TomlTable table, string folder)
    {
        if (table.Keys.FirstOrDefault(key => !s_keys.Contains(key)) is { } unknown)
            throw new RuleException($"there is no key '{unknown}'; there are {string.Join(", ", s_keys)}");
        string model = Text(table, "cost_model") ?? CostModelCatalog.Default;
        bool isShipped = CostModelCatalog.All.Any(shipped => shipped.Name == model);
        return new CiPlan
        {
            Traces = Find(Texts(table, "traces"), folder),
            Replay = new ReplayPlan
            {
                Policies = Policies(table),
                Costs = CostModelCatalog.Load(isShipped ? model : Path.Combine(folder, model)),
                Seed = (ulong)Whole(table.TryGetValue("seed", out object? seed) ? seed : 0L, "seed"),
            },
            Baseline = Path.Combine(folder, Text(table, "baseline") ?? DefaultBaseline),
            Output = Path.Combine(folder, Text(table, "output") ?? DefaultOutput),
            Rules = RuleSet.From(table),
        };
    }

    // A policy that has a capacity, and is not given one, is replayed at each of the capacities.
    private static ImmutableArray<PolicySelection> Policies(TomlTable table)
    {
        string capacity = PolicyParameter.Capacity.Name;
        ImmutableArray<string> names = table.ContainsKey("policies") ? Texts(table, "policies") : PolicyCatalog.Defaults;
        long[] capacities = [.. List(table, "capacities").Select(value => Whole(value, "capacities"))];
        Dictionary<string, PolicySelection> policies = new(StringComparer.Ordinal);
        foreach (string name in names)
        {
            bool isSwept = capacities.Length > 0
                && PolicySelection.Parse(name).Arguments.Values.ContainsKey(capacity)
                && !name.Contains($"{capacity}=", StringComparison.Ordinal);
            string joint = name.Contains(':', StringComparison.Ordinal) ? "," : ":";
            IEnumerable<string> cells = isSwept
                ? capacities.Select(stacks => string.Create(CultureInfo.InvariantCulture, $"{name}{joint}{capacity}={stacks}"))
                : [name];
            foreach (PolicySelection cell in cells.Select(PolicySelection.Parse))
                policies.TryAdd(cell.ToString(), cell);
        }

        return [.. policies.Values];
    }

    private static ImmutableArray<string> Find(ImmutableArray<string> patterns, string folder)
    {
        if (patterns.IsEmpty)
            throw new RuleException("'traces' names no recording: traces = [\"traces/*.zst\"]");
        SortedDictionary<string, string> found = new(StringComparer.Ordinal);
        foreach (string path in patterns.SelectMany(pattern => Find(pattern, folder)))
        {
            string name = Path.GetFileName(path);
            if (found.TryGetValue(name, out string? other) && other != path)
                throw new RuleException($"two recordings are called {name}: {other}, {path}; cells are told apart by that name");
            found[name] = path;
        }

        return [.. found.Values];
    }

    private static string[] Find(string pattern, string folder)
    {
        string place = Path.Combine(folder, Path.GetDirectoryName(pattern) ?? "");
        string name = Path.GetFileName(pattern);
        string[] there = Directory.Exists(place) ? Directory.GetFiles(place) : [];
        string[] found = [.. there.Where(file => FileSystemName.MatchesSimpleExpression(name, Path.GetFileName(file), ignoreCase: false))];
        return found.Length > 0 ? found : throw new RuleException($"'traces': nothing is called {pattern}");
    }

    private static string? Text(TomlTable table, string key) => table.TryGetValue(key, out object? value)
        ? value as string ?? throw new RuleException($"'{key}' must be a text")
        : null;

    private static ImmutableArray<string> Texts(TomlTable table, string key) =>
        [.. List(table, key).Select(value => value as string ?? throw new RuleException($"'{key}' must be a list of texts"))];

    private static IEnumerable<object> List(TomlTable table, string key) => table.TryGetValue(key, out object? value)
        ? (value as TomlArray ?? throw new RuleException($"'{key}' must be a list: {key} = [...]")).Select(item => item!)
        : [];

    private static long Whole(object value, string key) =>
        value is long number and >= 0 ? number : throw new RuleException($"'{key}' must be a whole number, 0 or more");
}
