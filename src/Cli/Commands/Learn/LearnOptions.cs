using ForkTrace.Learning.Corpus;

namespace ForkTrace.Cli.Commands;

/// <summary>The options that the commands of <c>learn</c> share: how recordings are split, where verdicts go, the seed, and JSON.</summary>
internal sealed class LearnOptions
{
    private readonly TraceOptions _trace;
    private readonly OutputOptions _outputs;
    private readonly Option<bool> _json = SharedOptions.Json();
    private readonly Option<string?> _judge;

    private readonly Option<string?> _splits = new("--splits")
    {
        Description = "A table of recording, load, machine and fold: loads are judged that were left out of the training. Without it: each recording is a load of its own.",
        HelpName = "TSV",
    };

    private readonly Option<long> _seed = new("--seed")
    {
        Description = "Seed of all that is random: training, clusters, random picks, intervals.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };

    /// <param name="command">Gets the options.</param>
    /// <param name="trace">The recordings.</param>
    /// <param name="output">The option of the file that the command makes.</param>
    /// <param name="judged">What <c>--judge</c> does.</param>
    /// <param name="own">The command's own options.</param>
    public LearnOptions(Command command, TraceOptions trace, Option<string?> output, string judged, params Option[] own)
    {
        _trace = trace;
        _outputs = new OutputOptions(command, output);
        _judge = new Option<string?>("--judge") { Description = judged, HelpName = "FOLDER" };
        foreach (Option option in (Option[])[.. own, _splits, _judge, _seed, _json])
            command.Add(option);
    }

    public string? Splits(ParseResult parsed) => parsed.GetValue(_splits);

    public string? Judge(ParseResult parsed) => parsed.GetValue(_judge);

    public ulong Seed(ParseResult parsed) => (ulong)parsed.GetValue(_seed);

    public bool Json(ParseResult parsed) => parsed.GetValue(_json);

    public OutputSet Outputs(ParseResult parsed) => _outputs.Begin(parsed, _trace.Paths(parsed));

    /// <summary>The recordings, in the order given.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="prepare">Takes what is needed from each recording. Its events are released afterwards.</param>
    /// <exception cref="UsageException">A recording is given twice.</exception>
    public ImmutableArray<T> Read<T>(ParseResult parsed, Func<EventTable, RecordingSplit, T> prepare)
    {
        string[] paths = _trace.Paths(parsed);
        ImmutableArray<RecordingSplit>? rows = Splits(parsed) is { } table ? RecordingSplit.ReadTable(table) : null;
        RecordingSplit[] places = [.. paths.Select((path, index) => rows is null ? RecordingSplit.Alone(path, index) : RecordingSplit.Find(rows.Value, path))];
        if (places.GroupBy(place => place.Recording, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new UsageException($"the recording '{twice.Key}' is given twice");
        return [.. paths.Select((path, index) => Read(parsed, path, events => prepare(events, places[index])))];
    }

    /// <summary>Runs a command, and reports recordings that it cannot learn from.</summary>
    /// <exception cref="UsageException">The command cannot learn from the recordings.</exception>
    public static int Run(Action learn)
    {
        try
        {
            learn();
            return (int)ExitCode.Success;
        }
        catch (CorpusException unfit)
        {
            throw new UsageException(unfit.Message);
        }
    }

    private T Read<T>(ParseResult parsed, string path, Func<EventTable, T> prepare)
    {
        using EventTable events = _trace.ReadPath(parsed, path);
        return prepare(events);
    }
}
