using ForkTrace.Benchmarks;

// dotnet run -c Release --project tests/Benchmarks -- ingest [--megabytes N] [--runs N] > docs/performance.md
string benchmark = args.FirstOrDefault() ?? "";
int Number(string name, int otherwise) =>
    Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? int.Parse(args[at + 1], System.Globalization.CultureInfo.InvariantCulture) : otherwise;
switch (benchmark)
{
    case "ingest":
        IngestBenchmark.Run(Number("--megabytes", 250), Number("--runs", 3));
        return 0;
    case "replay":
        ReplayBenchmark.Run(Console.Out, Number("--forks", 1_000_000), Number("--runs", 5));
        return 0;
    case "rcu":
        GracePeriodBenchmark.Run(Console.Out, Number("--forks", 20_000), Number("--runs", 5));
        return 0;
    case "events":
        EventFileBenchmark.Run([Number("--small", 50), Number("--large", 70)]);
        return 0;
    case "synth":
        SynthBenchmark.Run([Number("--small", 1), Number("--large", 10)]);
        return 0;
    case "long":
        LongReplayBenchmark.Run([Number("--small", 1), Number("--medium", 10), Number("--large", 86)]);
        return 0;
    case "fleet":
        FleetRecordings.Write(args[1], Number("--recordings", 1000), Number("--hosts", 40));
        return 0;
    case "nothing":
        return 0;
    default:
        Console.Error.WriteLine("usage: replay [--forks N] [--runs N]: each policy, and all capacities in one pass");
        Console.Error.WriteLine("       ingest [--megabytes N] [--runs N]: each reader against its peer on the same file, as markdown");
        Console.Error.WriteLine("       rcu [--forks N] [--runs N]: the search for grace periods, per burst of softirqs");
        Console.Error.WriteLine("       events [--small N] [--large N]: event files of so many millions of events, written, opened, replayed");
        Console.Error.WriteLine("       synth [--small N] [--large N]: loads of so many millions of forks, written");
        Console.Error.WriteLine("       long [--small N] [--medium N] [--large N]: loads of so many millions of forks, replayed as they are read");
        Console.Error.WriteLine("       fleet DIR [--recordings N] [--hosts N]: recordings and a plan for forktrace fleet, at DIR");
        return 2;
}
