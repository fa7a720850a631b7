using System.Globalization;
using ForkTrace.Events;

namespace ForkTrace.Benchmarks;

/// <summary>Time and memory of <c>forktrace ingest</c> for trace.dat files of increasing length in which every event is kept.</summary>
internal static class IngestGrowth
{
    private const string Sample = "formats/v6.dat.zst";
    private const int BytesOfEvent = 53;
    private const int AimMiB = 256;
    private static readonly int[] s_millions = [1, 5, 20, 50];

    public static void Measure(string tool, string folder, int rounds)
    {
        Console.WriteLine(
            """

            Growth: trace.dat v6, lifecycles (every event is kept). Memory is the most that the process has of its own, without pages of
            mapped files.

            | events, millions | CPU s | M events/s | memory, MiB | aim |
            |---|---|---|---|---|
            """);
        foreach (int millions in s_millions)
        {
            string path = Path.Combine(folder, "growth.dat"), output = Path.Combine(folder, "growth.arrow");
            BigTraceDat.Write(Sample, path, millions * 1_000_000L * BytesOfEvent);
            double seconds = CommandTime.MedianCpuSeconds([$"{tool} ingest {path} -o {output}"], rounds)[0];
            long bytes = AnonymousMemory.PeakBytes(tool, "ingest", path, "-o", output);
            using EventTable table = EventFile.Open(output);
            double events = table.Facts.EventsStored;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {events / 1e6:0.0} | {seconds:0.00} | {events / seconds / 1e6:0.0} | {bytes >> 20} | {AimMiB}: {(bytes >> 20 <= AimMiB ? "met" : "missed")} |"));
            File.Delete(path);
            File.Delete(output);
        }
    }
}
