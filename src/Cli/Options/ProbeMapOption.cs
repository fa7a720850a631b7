using ForkTrace.Analytics.Comparison;
using ForkTrace.Ingest.Tracepoints;
using Tomlyn.Model;

namespace ForkTrace.Cli.Options;

/// <summary><c>--probe-map</c>: a small TOML file that gives the meaning of the user's own probes (docs/recording.md).</summary>
internal sealed class ProbeMapOption
{
    private const string Probe = "probe";
    private const string Keys = "event, means, where, tid, cpu";
    private const int ProbesMax = 1000;
    private static readonly string[] s_keys = Keys.Split(", ");

    private readonly Option<string?> _option = new("--probe-map")
    {
        Description = "A file that says which of your probes show what the kernel's stack cache did (docs/recording.md). Other events are then not used for this.",
        HelpName = "PROBES.toml",
    };

    public ProbeMapOption(Command command) => command.Add(_option);

    /// <summary>The map; null if none is given.</summary>
    public ProbeMap? Read(ParseResult parsed) => parsed.GetValue(_option) is { } path ? Read(path) : null;

    /// <summary>Reads a map.</summary>
    /// <exception cref="UsageException">It is not a probe map. The message says where, what was found and what is allowed.</exception>
    public static ProbeMap Read(string path)
    {
        TomlTable table = TomlFile.Read(path);
        foreach (string key in table.Keys.Where(key => key != Probe))
            throw new UsageException($"{path}: there is no '{key}'; allowed are tables [[{Probe}]]");
        if (!table.TryGetValue(Probe, out object? given) || given is not TomlTableArray { Count: > 0 and <= ProbesMax } probes)
            throw new UsageException($"{path} has no tables [[{Probe}]]; it must have 1 to {ProbesMax}");
        ProbeMap map = new(path, [.. probes.Select((probe, index) => Mapping(path, index + 1, probe))]);
        ProbeMeaning[] judging = [ProbeMeaning.StackMapped, ProbeMeaning.StackCached];
        if (!map.Mappings.Any(mapping => judging.Contains(mapping.Meaning)))
            throw new UsageException($"{path}: no probe means stack-mapped or stack-cached; without one no fork can be judged");
        return map;
    }

    private static ProbeMapping Mapping(string path, int number, TomlTable probe)
    {
        string where = $"{path}: probe {number}";
        foreach (string key in probe.Keys.Where(key => !s_keys.Contains(key)))
            throw new UsageException($"{where} has '{key}'; allowed are {Keys}");
        string name = Text(where, probe, "event") ?? throw new UsageException($"{where} has no 'event'; it must be SYSTEM:NAME");
        string[] parts = name.Split(':');
        if (parts.Length != 2 || parts[0].Length == 0 || parts[1].Length == 0)
            throw new UsageException($"{where}: the event is '{name}'; it must be SYSTEM:NAME, as 'perf list' and tracefs have it");
        where = $"{where} ({name})";
        if (ProbeMap.IsReplayInput(parts[0], parts[1]))
        {
            throw new UsageException(
                $"{where}: a replay looks at this event, so it cannot judge one; allowed are events that no replay looks at");
        }

        string means = Text(where, probe, "means")
            ?? throw new UsageException($"{where} has no 'means'; allowed are {ProbeMeanings.Names}");
        ProbeMeaning meaning = ProbeMeanings.ByName(means)
            ?? throw new UsageException($"{where} means '{means}'; allowed are {ProbeMeanings.Names}");
        return new ProbeMapping(
            parts[0], parts[1], meaning, Conditions(where, probe), Text(where, probe, "tid"), Text(where, probe, "cpu"));
    }

    private static ImmutableArray<ProbeCondition> Conditions(string where, TomlTable probe)
    {
        if (Text(where, probe, "where") is not { } text)
            return [];
        ImmutableArray<ProbeCondition> conditions = [.. ProbeCondition.ParseAll(text, out string? fault)];
        return fault is null ? conditions : throw new UsageException($"{where}: {fault}");
    }

    private static string? Text(string where, TomlTable probe, string key)
    {
        if (!probe.TryGetValue(key, out object? value))
            return null;
        return value is string { Length: > 0 } text
            ? text
            : throw new UsageException($"{where}: '{key}' is {(value is string ? "empty" : $"no text ({value})")}; it must be a text");
    }
}
