using Tomlyn.Model;

namespace ForkTrace.Analytics.Comparison;

/// <summary>What somebody who keeps recordings wants replayed, and guarded: a <c>forktrace.toml</c>, or the plan of a fleet.</summary>
public sealed record CiPlan
{
    private const string DefaultBaseline = "forktrace-baseline.json";
    private const string DefaultOutput = "forktrace-results";

    private const string OtherRecordings = "allow-other-recordings";
    private const string HostKey = "host";

    private static readonly string[] s_keys =
        ["traces", "policies", "capacities", "baseline", "output", HostKey, RuleSet.ExpectKey, "rules", "rule", OtherRecordings];

    /// <summary>Full paths of the recordings, in order.</summary>
    public required ImmutableArray<string> Traces { get; init; }

    /// <summary>What is replayed over each, with parameters; empty for the default policies.</summary>
    public required ImmutableArray<string> Policies { get; init; }

    /// <summary>Capacities of those policies that have one and are given none; empty for their defaults.</summary>
    public required ImmutableArray<long> Capacities { get; init; }

    /// <summary>Further keys of a replay, with their values as texts; no value for one that is <c>true</c>.</summary>
    public required ImmutableDictionary<string, ImmutableArray<string>> Settings { get; init; }

    /// <summary>Full path of the folder of the plan.</summary>
    public required string Folder { get; init; }

    /// <summary>Full path of the baseline file.</summary>
    public required string Baseline { get; init; }

    /// <summary>Full path of the folder for results.</summary>
    public required string Output { get; init; }

    /// <summary>The machine that recordings are of, where the plan says; <c>{folder}</c> in it is the name of a recording's folder.</summary>
    public string? Host { get; init; }

    public required RuleSet Rules { get; init; }

    /// <summary>Whether there must be a baseline: rules between policies alone need none.</summary>
    public required bool NeedsBaseline { get; init; }

    /// <summary>Whether a recording may be another than the one of its name in the baseline.</summary>
    public required bool AllowsOtherRecordings { get; init; }

    /// <summary>Reads a plan. Paths in it are relative to its own folder.</summary>
    /// <param name="path">The file.</param>
    /// <param name="settings">Keys that are <see cref="Settings"/>.</param>
    /// <exception cref="RuleException">The file cannot be read or understood, or names a recording that is not there.</exception>
    public static CiPlan Load(string path, IReadOnlyCollection<string> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        TomlTable table = TomlFile.Read(path);
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return TomlFile.Explain(path, () => From(table, folder, settings));
    }

    private static CiPlan From(TomlTable table, string folder, IReadOnlyCollection<string> settings)
    {
        if (table.Keys.FirstOrDefault(key => !s_keys.Contains(key) && !settings.Contains(key)) is { } unknown)
            throw new RuleException($"there is no key '{unknown}'; there are {string.Join(", ", s_keys.Concat(settings))}");
        RuleSet rules = RuleSet.From(table);
        return new CiPlan
        {
            Traces = PlanFiles.Find(Texts(table, "traces"), folder),
            Policies = Texts(table, "policies"),
            Capacities = [.. List(table, "capacities").Select(Capacity)],
            Settings = table.Where(pair => settings.Contains(pair.Key)).SelectMany(pair => Setting(pair.Key, pair.Value)).ToImmutableDictionary(),
            Folder = folder,
            Baseline = Path.Combine(folder, Text(table, "baseline") ?? DefaultBaseline),
            Output = Path.Combine(folder, Text(table, "output") ?? DefaultOutput),
            Host = Text(table, HostKey),
            Rules = rules,
            NeedsBaseline = !rules.Rules.IsEmpty || rules.PolicyRules.IsEmpty || table.ContainsKey("baseline"),
            AllowsOtherRecordings = table.TryGetValue(OtherRecordings, out object? allowed)
                && (allowed as bool? ?? throw new RuleException($"'{OtherRecordings}' must be true or false")),
        };
    }

    // What is false is as if it were not there.
    private static IEnumerable<KeyValuePair<string, ImmutableArray<string>>> Setting(string key, object value) => value switch
    {
        false => [],
        true => [new(key, [])],
        TomlArray several => [new(key, [.. several.Select(item => SettingText(key, item!))])],
        _ => [new(key, [SettingText(key, value)])],
    };

    private static string SettingText(string key, object value) => value switch
    {
        string text => text,
        long number => number.ToString(CultureInfo.InvariantCulture),
        _ => throw new RuleException($"'{key}' must be a text, a whole number, true or false, or a list of texts"),
    };

    /// <summary>Refuses recordings of one name: cells of a comparison are told apart by it.</summary>
    /// <exception cref="RuleException">There are two.</exception>
    public void RequireDistinctNames()
    {
        foreach (IGrouping<string?, string> same in Traces.GroupBy(Path.GetFileName).Where(group => group.Count() > 1))
            throw new RuleException($"two recordings are called {same.Key}: {string.Join(", ", same)}; cells are told apart by that name");
    }

    private static string? Text(TomlTable table, string key) => table.TryGetValue(key, out object? value)
        ? value as string ?? throw new RuleException($"'{key}' must be a text")
        : null;

    private static ImmutableArray<string> Texts(TomlTable table, string key) =>
        [.. List(table, key).Select(value => value as string ?? throw new RuleException($"'{key}' must be a list of texts"))];

    private static IEnumerable<object> List(TomlTable table, string key) => table.TryGetValue(key, out object? value)
        ? (value as TomlArray ?? throw new RuleException($"'{key}' must be a list: {key} = [...]")).Select(item => item!)
        : [];

    private static long Capacity(object value) =>
        value is long number and >= 0 ? number : throw new RuleException("'capacities' must be whole numbers, 0 or more");
}
