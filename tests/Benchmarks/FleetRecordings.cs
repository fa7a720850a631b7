using ForkTrace.Events;
using ForkTrace.Events.Synthesis;
using ForkTrace.Ingest;
using ForkTrace.TestKit;

namespace ForkTrace.Benchmarks;

/// <summary>
/// The recordings of a fleet, and its plan. Three of four recordings are generated; every fourth is from sample-traces, shifted in time.
/// The names of hosts and of one task contain markup.
/// </summary>
internal static class FleetRecordings
{
    private static readonly string[] s_shipped = ["native-6.18/make.perf.data.zst", "native-6.18/shell.perf.data.zst", "native-6.18/prefork.perf.data.zst"];

    public static void Write(string folder, int recordings, int hosts)
    {
        EventTable[] shipped = [.. s_shipped.Select(name => TraceReader.Read(RepositoryFiles.SampleTrace(name)))];
        for (int number = 0; number < recordings; number++)
        {
            int host = number % hosts;
            string place = Path.Combine(folder, "recordings", host == 0 ? "node-<b>0" : $"node-{host}");
            Directory.CreateDirectory(place);
            using EventTable events = number % 4 == 3 ? Shifted(shipped[number / 4 % shipped.Length], number) : Made(number, host);
            EventFile.Write(events, Path.Combine(place, $"{number:0000}.arrow"));
        }

        File.WriteAllText(Path.Combine(folder, "fleet.toml"), "traces = [\"recordings/*/*.arrow\"]\nhost = \"{folder}\"\noutput = \"results\"\n");
    }

    // Hosts have bursts of different lengths, so they need different capacities.
    private static EventTable Made(int number, int host) => new SyntheticLoad
    {
        Shape = (LoadShape)(number / 4 % 4),
        Forks = 300 + (number * 37 % 1700),
        Cpus = 2 + (host % 3 * 2),
        Burst = 2 + host,
        Seed = number,
    }.Make();

    private static EventColumns Shifted(EventTable recorded, int number)
    {
        long shiftNs = number * 3_600_000_000_000L;
        EventColumns columns = new(recorded.Count);
        for (int row = 0; row < recorded.Count; row++)
        {
            columns.Add(
                recorded.TimesNs[row] + shiftNs, recorded.Cpus[row], recorded.Kinds[row], recorded.Tasks[row], recorded.Others[row],
                recorded.Tids[row], recorded.Comms[row], recorded.Values[row]);
        }

        TraceFacts facts = recorded.Facts with
        {
            Digest = RecordingDigest.OfPart(recorded.Facts.Digest, $"later by {shiftNs} ns"),
            FirstNs = recorded.Facts.FirstNs + shiftNs,
            LastNs = recorded.Facts.LastNs + shiftNs,
        };
        CommTable comms = new([.. recorded.CommNames.Names.Select(name => name == "make" ? "<img src=x>&" : name)]);
        columns.Complete(facts, comms);
        return columns;
    }
}
