using ForkTrace.Benchmarks;

// dotnet run --project tests/Benchmarks -c Release [-- FORKS [ROUNDS]]
int forks = args.Length > 0 ? int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture) : 1_000_000;
int rounds = args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 5;
ReplayBenchmark.Run(Console.Out, forks, rounds);
