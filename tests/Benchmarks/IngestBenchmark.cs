using System.Globalization;
using ForkTrace.Events;
using ForkTrace.Ingest;
using ForkTrace.TestKit;

namespace ForkTrace.Benchmarks;

/// <summary>
/// Compares <c>forktrace ingest</c> as a whole process (start, hash, decode, merge, task ids, Arrow file written and closed) with the usual
/// tools for these files, on the same file, alternately.
/// </summary>
internal static class IngestBenchmark
{
    public static void Run(int megabytes, int rounds)
    {
        string folder = Directory.CreateTempSubdirectory("forktrace-benchmark").FullName;
        try
        {
            string tool = Install(folder);
            WriteHead(megabytes, rounds);
            foreach (IngestSubject subject in new IngestSubjects(folder, megabytes * 1_000_000L).All())
                Measure(tool, subject, folder, rounds);
            MeasureStart(tool, folder, rounds);
            IngestGrowth.Measure(tool, folder, rounds);
            string notes = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "tests/Benchmarks/ingest-notes.md"));
            Console.Write("\n" + notes.Replace("](../../docs/", "](", StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // The installed tool, which is compiled ahead of time, unlike the build output next to the benchmark.
    private static string Install(string folder) =>
        CommandTime.Run($"{Path.Combine(RepositoryFiles.Root, "eng/install.sh")} --prefix {folder} >&2")
            ? Path.Combine(folder, "bin/forktrace")
            : throw new InvalidOperationException("eng/install.sh failed; its messages are above.");

    private static void WriteHead(int megabytes, int rounds)
    {
        string model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) ?? "";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            # Speed of ingest

            Made by `dotnet run -c Release --project tests/Benchmarks -- ingest --megabytes {megabytes} --runs {rounds}`.

            Each figure covers a whole process: start, digest, decode, merge, task ids, Arrow file written and closed. It is the median
            CPU time (user + system) of {rounds} rounds after a warm-up; in a round every command runs once. The files are shipped
            recordings, repeated with later times. `lifecycles` is as recorded: every event is needed for a stack's life and kept, which
            is the most expensive case. `scheduler` has four switches between living tasks after each event. They are counted and not
            kept, and make up most of a scheduler recording. A ratio holds on this machine in this run; absolute times of a shared machine
            mean little.

            Machine: {Environment.ProcessorCount} CPUs, {model[(model.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()}, .NET {Environment.Version}.

            | file | MB | events, millions | kept | command | CPU s | M events/s | ForkTrace is | aim |
            |---|---|---|---|---|---|---|---|---|
            """));
    }

    private static void Measure(string tool, IngestSubject subject, string folder, int rounds)
    {
        TraceFacts facts;
        using (EventTable table = TraceReader.Read(subject.Path))
            facts = table.Facts;
        IngestPeer[] peers = [.. subject.Peers.Where(peer => peer.Program is not null && CommandTime.Exists(peer.Program))];
        string ingest = $"{tool} ingest {subject.Path} -o {Path.Combine(folder, "out.arrow")}";
        string[] commands = [ingest, .. peers.Select(peer => peer.Command)];
        double[] seconds = CommandTime.MedianCpuSeconds(commands, rounds);
        WriteRow(subject, facts, "forktrace ingest", seconds[0], "", SpeedAim(subject, facts.EventsTotal / seconds[0] / 1e6));
        for (int peer = 0; peer < peers.Length; peer++)
        {
            double ratio = seconds[peer + 1] / seconds[0];
            string verdict = ratio >= 1 ? $"{Figure(ratio)} x faster" : $"{Figure(1 / ratio)} x slower";
            double aim = peers[peer].Aim;
            string aimed = aim >= 1 ? $"{aim.ToString(CultureInfo.InvariantCulture)} x" : $"at most {Figure(1 / aim)} x slower";
            string aimText = aim == 0 ? "" : $"{aimed}: {(ratio >= aim ? "met" : "missed")}";
            WriteRow(subject, facts, peers[peer].Name, seconds[peer + 1], verdict, aimText);
        }

        foreach (IngestPeer missing in subject.Peers.Except(peers))
            Console.WriteLine($"| {subject.Name} | | | | {missing.Name} | not installed | | | |");
    }

    private static string SpeedAim(IngestSubject subject, double millions) => subject.AimMillions == 0
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"{subject.AimMillions} M/s: {(millions >= subject.AimMillions ? "met" : "missed")}");

    private static void MeasureStart(string tool, string folder, int rounds)
    {
        string small = RepositoryFiles.SampleTrace("formats/perf_file.data"), arrow = Path.Combine(folder, "small.arrow");
        string[] names = ["an empty .NET program", "forktrace --help", "forktrace ingest, 0.2 MB", "forktrace inspect of that .arrow"];
        string[] commands =
        [
            $"dotnet {typeof(IngestBenchmark).Assembly.Location} nothing",
            $"{tool} --help",
            $"{tool} ingest {small} -o {arrow}", $"{tool} inspect {arrow}",
        ];
        double[] seconds = CommandTime.MedianCpuSeconds(commands, Math.Max(rounds, 9));
        Console.WriteLine("\nEvery run above contains this start:\n\n| command | CPU s |\n|---|---|");
        foreach ((string name, double used) in names.Zip(seconds))
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {used:0.000} |"));
    }

    private static void WriteRow(IngestSubject subject, TraceFacts facts, string command, double seconds, string verdict, string aim) =>
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {subject.Name} | {new FileInfo(subject.Path).Length / 1_000_000} | {facts.EventsTotal / 1e6:0.00} | "
            + $"{100.0 * facts.EventsStored / Math.Max(1, facts.EventsTotal):0} % | {command} | {seconds:0.00} | "
            + $"{facts.EventsTotal / seconds / 1e6:0.00} | {verdict} | {aim} |"));

    private static string Figure(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
}
