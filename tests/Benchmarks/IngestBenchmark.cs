using System.Globalization;
using ForkTrace.Events;
using ForkTrace.Ingest;

namespace ForkTrace.Benchmarks;

/// <summary>
/// <c>forktrace ingest</c> as a whole process (start, hash, decode, merge, task ids, Arrow file written and closed) against the tools
/// that people read these files with, on the same file, in turn.
/// </summary>
internal static class IngestBenchmark
{
    private static readonly string s_tool = Path.Combine(AppContext.BaseDirectory, "forktrace.dll");

    public static void Run(int megabytes, int rounds)
    {
        string folder = Directory.CreateTempSubdirectory("forktrace-benchmark").FullName;
        try
        {
            List<Subject> subjects = [.. Subjects(folder, megabytes * 1_000_000L)];
            WriteHead(megabytes, rounds);
            foreach (Subject subject in subjects)
                Measure(subject, folder, rounds);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<Subject> Subjects(string folder, long bytes)
    {
        string v6 = Path.Combine(folder, "v6.dat");
        BigTraceDat.Write("formats/v6.dat.zst", v6, bytes);
        yield return new Subject("trace.dat v6", v6, [("trace-cmd report", $"trace-cmd report -q {v6}")]);
        string v7 = Path.Combine(folder, "v7.dat");
        if (CommandTime.Exists("trace-cmd") && CommandTime.Run($"trace-cmd convert -i {v6} -o {v7} --file-version 7 --compression zstd >/dev/null 2>&1"))
            yield return new Subject("trace.dat v7, zstd", v7, [("trace-cmd report", $"trace-cmd report -q {v7}")]);
        string perf = Path.Combine(folder, "perf.data");
        BigPerfData.Write("native-6.18/pthread.perf.data.zst", perf, bytes);
        yield return new Subject(
            "perf.data", perf, [("perf script", $"perf script -i {perf}"), ("perf report --stats", $"perf report --stats -i {perf}")]);
        string reportText = Path.Combine(folder, "report.txt");
        if (CommandTime.Exists("trace-cmd") && CommandTime.Run($"trace-cmd report -q -t {v6} > {reportText} 2>/dev/null"))
            yield return new Subject("trace-cmd report text", reportText, [("trace-cmd report, which wrote it", $"trace-cmd report -q -t {v6}")]);
        string scriptText = Path.Combine(folder, "script.txt");
        if (CommandTime.Exists("perf") && CommandTime.Run($"perf script --ns -i {perf} > {scriptText} 2>/dev/null"))
            yield return new Subject("perf script text", scriptText, [("perf script, which wrote it", $"perf script --ns -i {perf}")]);
    }

    private static void WriteHead(int megabytes, int rounds)
    {
        string model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) ?? "";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            # Speed of ingest

            Made by `dotnet run -c Release --project tests/Benchmarks -- ingest --megabytes {megabytes} --runs {rounds}`.

            Whole processes: start, sha256, decode, merge, task ids, Arrow file written and closed. CPU seconds (user + system), median of
            {rounds} rounds after a warm-up; in a round every command runs once. The files are shipped recordings repeated with later times.
            A ratio holds on this machine in this run; absolute times of a shared machine mean little.

            Machine: {Environment.ProcessorCount} CPUs, {model[(model.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()}, .NET {Environment.Version}.

            | file | MB | events | command | CPU s | M events/s | ForkTrace is |
            |---|---|---|---|---|---|---|
            """));
    }

    private static void Measure(Subject subject, string folder, int rounds)
    {
        long events;
        using (EventTable table = TraceReader.Read(subject.Path))
            events = table.Facts.EventsTotal;
        (string Name, string Command)[] peers = [.. subject.Peers.Where(peer => CommandTime.Exists(peer.Command.Split(' ')[0]))];
        string[] commands = [$"dotnet {s_tool} ingest {subject.Path} -o {Path.Combine(folder, "out.arrow")}", .. peers.Select(peer => peer.Command)];
        double[] seconds = CommandTime.MedianCpuSeconds(commands, rounds);
        WriteRow(subject, events, "forktrace ingest", seconds[0], "");
        for (int peer = 0; peer < peers.Length; peer++)
        {
            double ratio = seconds[peer + 1] / seconds[0];
            string verdict = ratio >= 1 ? $"{Figure(ratio)} x faster" : $"{Figure(1 / ratio)} x slower";
            WriteRow(subject, events, peers[peer].Name, seconds[peer + 1], verdict);
        }
    }

    private static void WriteRow(Subject subject, long events, string command, double seconds, string verdict) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"| {subject.Name} | {new FileInfo(subject.Path).Length / 1_000_000} | {events} | {command} | {seconds:0.00} | {events / seconds / 1e6:0.00} | {verdict} |"));

    private static string Figure(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);

    private sealed record Subject(string Name, string Path, (string Name, string Command)[] Peers);
}
