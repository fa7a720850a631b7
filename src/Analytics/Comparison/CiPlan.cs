using Tomlyn.Model;

namespace ForkTrace.Analytics.Comparison;

/// <summary>Which recordings to replay under which policies and rules: a <c>forktrace.toml</c>, or the plan of a fleet.</summary>
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

    /// <summary>Policies to replay over each recording, with parameters; empty for the default policies.</summary>
    public required ImmutableArray<string> Policies { get; init; }

    /// <summary>Capacities for policies that take one and are named without; empty for their defaults.</summary>
    public required ImmutableArray<long> Capacities { get; init; }

    /// <summary>Other options of a replay, with their values as text; an option that is <c>true</c> has no value.</summary>
    public required ImmutableDictionary<string, ImmutableArray<string>> Settings { get; init; }

    /// <summary>Full path of the folder of the plan.</summary>
    public required string Folder { get; init; }

    /// <summary>Full path of the baseline file.</summary>
    public required string Baseline { get; init; }

    /// <summary>Full path of the folder for results.</summary>
    public required string Output { get; init; }

    /// <summary>The recorded machine, if the plan names it. <c>{folder}</c> stands for the name of a recording's folder.</summary>
    public string? Host { get; init; }

    public required RuleSet Rules { get; init; }

    /// <summary>Whether a baseline is required. Rules between policies need none.</summary>
    public required bool NeedsBaseline { get; init; }

    /// <summary>Whether a recording may differ from the one of the same name in the baseline.</summary>
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

    // An option that is false is treated as absent.
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

    /// <summary>Refuses two recordings of the same name, because a comparison identifies cells by it.</summary>
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
