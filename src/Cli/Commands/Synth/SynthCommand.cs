using ForkTrace.Events.Synthesis;
using ForkTrace.Lifecycle.Inspection;
using ForkTrace.Replay;

namespace ForkTrace.Cli.Commands;

/// <summary><c>forktrace synth</c>: writes event files of loads whose hit rate has a closed form, and of a build server.</summary>
internal sealed class SynthCommand
{
    // The mean of a build server: 86 million forks on 8 CPUs last one day.
    private const int BuildRate = 125;

    private readonly Argument<string> _shape = new("SHAPE")
    {
        Description = "sequential, bursts, independent, crossing or build.",
        HelpName = "SHAPE",
    };

    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "The file to write.",
        HelpName = "OUT.arrow",
        Required = true,
    };

    private readonly Option<int> _forks = Number("--forks", "Forks in all.", 20_000, 1, SyntheticLoad.ForksMax);
    private readonly Option<int> _rate = Number(
        "--rate", "Forks per second on each CPU that forks; bursts only wait for callbacks, and build has 125 if not given.", 1000, 1, 10_000_000);
    private readonly Option<int> _cpus = Number("--cpus", "CPUs of the machine; crossing forks on every second one.", 1, 1, 4096);
    private readonly Option<int> _burst = Number("--burst", "Forks in a burst.", 8, 1, SyntheticLoad.ForksMax);
    private readonly Option<int> _seed = Number(
        "--seed", "Seed of all that is random: the same seed gives the same events.", 0, 0, int.MaxValue);
    private readonly Option<bool> _json = SharedOptions.Json();
    private readonly Option<string> _gracePeriod = new("--grace-period")
    {
        Description = "Length of an RCU grace period. Callbacks of tasks that died in it run at its end.",
        HelpName = "DURATION",
        DefaultValueFactory = _ => "10ms",
    };

    private readonly Terminal _terminal;
    private readonly OutputOptions _outputs;

    private SynthCommand(Terminal terminal, Command command)
    {
        _terminal = terminal;
        _shape.CompletionSources.Add(LoadNames());
        command.Add(_shape);
        _outputs = new OutputOptions(command, _output);
        foreach (Option option in new Option[] { _forks, _rate, _gracePeriod, _cpus, _burst, _seed, _json })
            command.Add(option);
        command.SetAction(Run);
    }

    public static Command Create(Terminal terminal)
    {
        ToolCommand command = new("synth", "Write an event file of a made-up load: of known hit rate, or a build server.")
        {
            Notes = ShapeNotes,
            Examples =
            [
                "forktrace synth sequential --rate 1000 --grace-period 10ms -o sequential.arrow",
                "forktrace synth bursts --burst 8 -o bursts.arrow",
                "forktrace synth independent --forks 200000 --seed 7 -o independent.arrow",
                "forktrace synth crossing --cpus 2 -o crossing.arrow",
                "forktrace synth build --cpus 8 --forks 86000000 -o day.arrow",
            ],
        };
        _ = new SynthCommand(terminal, command);
        return command;
    }

    private static IEnumerable<string> ShapeNotes()
    {
        yield return "Shapes, and what caches of N stacks per CPU hit:";
        yield return "  sequential   one task after another: rcu-cache min(1, N / (rate x grace period)); linux-4.9 all but the first";
        yield return "  bursts       k forks, k deaths, a pause: min(1, N / k) after the first burst";
        yield return "  independent  forks and deaths with equal chance: linux-4.9 N / (N + 1)";
        yield return "  crossing     forks on one CPU, deaths on the next: never";
        yield return "  build        make, sh, cc, as by day and by night; no closed form";
        yield return "";
        yield return "Memory does not grow with the forks. A fork takes 210 bytes of the file with build, and 105 with the others.";
    }

    private static Option<int> Number(string name, string description, int usual, int least, int most)
    {
        Option<int> option = new(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            string given = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (int.TryParse(given, out int number) && (number < least || number > most))
                result.AddError(FormattableString.Invariant($"{name} is {number}, but must be {least} to {most}"));
        });
        return option;
    }

    private int Run(ParseResult parsed)
    {
        OutputFile target = _outputs.Begin(parsed).Add(parsed.GetRequiredValue(_output), OutputForm.Events);
        using EventStream events = Stream(Load(parsed));
        EventFile.Write(events, target.Path);
        TraceEvidence evidence = TraceEvidence.Of(events.Facts);
        if (parsed.GetValue(_json))
            JsonOutput.Write(_terminal, new IngestDocument(events.Facts, evidence, target.Path), JsonDocuments.Default.IngestDocument);
        else
            IngestText.Write(_terminal, events.Facts, evidence, target.Path);
        return (int)ExitCode.Success;
    }

    private static EventStream Stream(SyntheticLoad load)
    {
        try
        {
            return load.Stream();
        }
        catch (ArgumentException mistake)
        {
            throw new UsageException(mistake.Message);
        }
    }

    private static string[] LoadNames() => [.. Enum.GetNames<LoadShape>().Select(name => name.ToLowerInvariant())];

    private SyntheticLoad Load(ParseResult parsed)
    {
        string word = parsed.GetRequiredValue(_shape);
        string[] known = LoadNames();
        int shape = Array.IndexOf(known, word);
        if (shape < 0)
            throw new UsageException($"there is no load '{word}'; known are {string.Join(", ", known)}");
        int cpus = parsed.GetValue(_cpus);
        if ((LoadShape)shape == LoadShape.Crossing && cpus < 2)
            throw new UsageException("crossing needs --cpus 2 or more");
        return new SyntheticLoad
        {
            Shape = (LoadShape)shape,
            Forks = parsed.GetValue(_forks),
            PeriodNs = 1_000_000_000 / Rate(parsed, (LoadShape)shape),
            GracePeriodNs = GracePeriodNs(parsed.GetRequiredValue(_gracePeriod)),
            Cpus = cpus,
            Burst = parsed.GetValue(_burst),
            Seed = parsed.GetValue(_seed),
        };
    }

    private int Rate(ParseResult parsed, LoadShape shape) =>
        shape == LoadShape.Build && parsed.GetResult(_rate) is not { Implicit: false } ? BuildRate : parsed.GetValue(_rate);

    private static long GracePeriodNs(string text)
    {
        const long MostNs = 60_000_000_000;
        try
        {
            return DurationText.ParseNs(text) is <= MostNs and long ns
                ? ns
                : throw new UsageException("--grace-period must be at most 60s");
        }
        catch (FormatException mistake)
        {
            throw new UsageException($"--grace-period: {mistake.Message}");
        }
    }
}
