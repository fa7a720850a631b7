using System.Text.Json;
using ForkTrace.Events.Calls;
using ForkTrace.Fidelity.Calibration;
using ForkTrace.Ingest.Formats.Text.FunctionGraph;
using ForkTrace.Ingest.Input;
using ForkTrace.Ingest.Opening;
using ForkTrace.Lifecycle.Tasks;

namespace ForkTrace.Cli.Commands;

/// <summary><c>forktrace calibrate</c>: makes a cost model from recordings that show the kernel's own misses.</summary>
internal sealed class CalibrateCommand
{
    private const double MostNs = 1e9;
    private const int SniffBytes = 4096;
    private readonly Terminal _terminal;
    private readonly TraceOptions _trace;
    private readonly OutputOptions _outputs;
    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "The cost model to write. Without it: only show the measurements.",
        HelpName = "MODEL.json",
    };

    private readonly Option<string> _kind = SharedOptions.Choice(
        "--kind", "The forks to measure; best: those whose difference is known best.", "best", "thread", "vfork", "process");

    private readonly Option<double> _cacheHit = Nanoseconds(
        "--cache-hit", "What a hit costs: a recording does not show it.", CalibratedModel.DefaultCacheHitNs);

    private readonly Option<double> _pages = Nanoseconds(
        "--page-allocation",
        "What order-2 pages cost, the stacks before 4.9: a recording does not show it.",
        CalibratedModel.DefaultPageAllocationNs);

    private readonly Option<bool> _json = SharedOptions.Json();

    private CalibrateCommand(Terminal terminal, Command command)
    {
        _terminal = terminal;
        _trace = TraceOptions.ForSeveral(command).WithProbeMap(command);
        _outputs = new OutputOptions(command, _output);
        command.Add(_kind);
        command.Add(_cacheHit);
        command.Add(_pages);
        command.Add(_json);
        command.SetAction(Run);
    }

    public static Command Create(Terminal terminal)
    {
        ToolCommand command = new("calibrate", "Make a cost model from recordings: what a miss costs over a hit.")
        {
            Examples =
            [
                "forktrace calibrate perf.data",
                "forktrace calibrate function_graph.txt -o my-machine.json",
                "forktrace calibrate a.dat b.dat --kind thread -o my-machine.json",
                "forktrace calibrate perf.data --page-allocation 800 -o my-machine.json",
            ],
        };
        _ = new CalibrateCommand(terminal, command);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        string[] paths = _trace.Paths(parsed);
        OutputFile? output = parsed.GetValue(_output) is { } file ? _outputs.Begin(parsed).Add(file, OutputForm.CostModel) : null;
        ImmutableArray<ForkDurations> recordings = [.. paths.Select(path => Measure(parsed, path))];
        ForkKind? kind = Enum.TryParse(parsed.GetRequiredValue(_kind), ignoreCase: true, out ForkKind named) ? named : null;
        Calibration calibration = Calibrator.Calibrate(recordings, kind);
        string name = output is null ? "calibrated" : Path.GetFileNameWithoutExtension(output.Path);
        CalibratedModel model = new(name, parsed.GetValue(_cacheHit), parsed.GetValue(_pages));
        output?.Write(stream => Write(stream, writer => model.Write(writer, calibration)));
        if (parsed.GetValue(_json))
            JsonOutput.Write(_terminal, writer => model.Write(writer, calibration));
        else
            CalibrationText.Write(_terminal, calibration);
        if (output is not null)
            Terminal.Note($"the model is in {output.Path}: forktrace replay FILE --cost-model {output.Path}");
        return (int)ExitCode.Success;
    }

    private ForkDurations Measure(ParseResult parsed, string path)
    {
        if (File.Exists(path) && FunctionGraph(path, _trace.UnpackedMaxBytes(parsed)) is { } calls)
            return GraphDurations.Of(calls);
        using EventTable events = _trace.ReadPath(parsed, path);
        return events.Facts.ClockUnit == "ns"
            ? ForkDurations.Of(events)
            : throw new UsageException($"{path}: the trace's clock '{events.Facts.Clock}' does not count nanoseconds");
    }

    // Null for any file that is not a text of the function_graph tracer.
    private static FunctionCalls? FunctionGraph(string path, long? unpackedMaxBytes)
    {
        using TraceInput input = TraceOpener.Open(path, unpackedMaxBytes);
        if (!FunctionGraphReader.Sniff(input.SliceUpTo(0, SniffBytes)))
            return null;
        FunctionCalls calls = FunctionGraphReader.Read(input);
        input.RequireUnchanged();
        return calls;
    }

    private static void Write(Stream stream, Action<Utf8JsonWriter> write)
    {
        using (Utf8JsonWriter writer = new(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
            write(writer);
        stream.WriteByte((byte)'\n');
    }

    private static Option<double> Nanoseconds(string name, string description, double defaultNs)
    {
        Option<double> option = new(name) { Description = description, HelpName = "NS", DefaultValueFactory = _ => defaultNs };
        option.Validators.Add(result =>
        {
            string given = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            bool isNumber = double.TryParse(given, System.Globalization.CultureInfo.InvariantCulture, out double valueNs);
            if (isNumber && !(valueNs is >= 0 and <= MostNs))
                result.AddError($"{name} is {given}, but must be 0 to 1000000000 ns");
        });
        return option;
    }
}
