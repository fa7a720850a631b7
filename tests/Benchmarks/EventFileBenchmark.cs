using System.Globalization;
using ForkTrace.TestKit;

namespace ForkTrace.Benchmarks;

/// <summary>
/// Event files below and above the size limit for use in place: written by <c>forktrace ingest</c> from a trace.dat in which every event is
/// kept, then opened and replayed. Measures whole processes.
/// </summary>
internal static class EventFileBenchmark
{
    private const string Sample = "formats/v6.dat.zst";
    private const int BytesOfEvent = 53;

    public static void Run(int[] millions)
    {
        string tool = Path.Combine(RepositoryFiles.Root, "src/Cli/bin/Release/net10.0/forktrace.dll");
        string folder = Directory.CreateTempSubdirectory("forktrace-events").FullName;
        Console.WriteLine(
            """
            CPU seconds (user + system) of one run, and the most memory of the process's own (RssAnon): pages of mapped files do not count.

            | events, millions | file, MiB | ingest: s | MiB | inspect: s | MiB | replay of linux-4.9: s | MiB |
            |---|---|---|---|---|---|---|---|
            """);
        foreach (int count in millions)
        {
            string trace = Path.Combine(folder, "events.dat"), events = Path.Combine(folder, "events.arrow");
            BigTraceDat.Write(Sample, trace, count * 1_000_000L * BytesOfEvent);
            string ingest = Measure(tool, "ingest", trace, "-o", events);
            File.Delete(trace);
            string inspect = Measure(tool, "inspect", events), replay = Measure(tool, "replay", events, "--policy", "linux-4.9");
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"| {count} | {new FileInfo(events).Length >> 20} | {ingest} | {inspect} | {replay} |"));
            File.Delete(events);
        }

        Directory.Delete(folder);
    }

    private static string Measure(string tool, params string[] arguments)
    {
        double seconds = CommandTime.MedianCpuSeconds([$"dotnet {tool} {string.Join(' ', arguments)}"], rounds: 1)[0];
        long bytes = AnonymousMemory.PeakBytes("dotnet", [tool, .. arguments]);
        return string.Create(CultureInfo.InvariantCulture, $"{seconds:0.00} | {bytes >> 20}");
    }
}
