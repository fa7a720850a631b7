using ForkTrace.Learning.Clustering;

namespace ForkTrace.Cli.Commands;

/// <summary>What <c>learn cluster</c> says to a person.</summary>
internal static class ClusterText
{
    private const int OddShown = 5;

    public static void Write(
        Terminal terminal, ImmutableArray<ClusteredRecording> recordings, RecordingMap map, ImmutableArray<PickVerdict> verdicts)
    {
        TextTable clusters = new();
        clusters.AddColumn("Cluster", isNumber: true);
        clusters.AddColumn("Recordings", isNumber: true);
        clusters.AddColumn("Keep");
        clusters.AddColumn("It stands for");
        foreach (int pick in map.Picks.OrderBy(pick => map.Places[pick].Cluster))
        {
            int[] members = [.. Enumerable.Range(0, recordings.Length).Where(index => map.Places[index].Cluster == map.Places[pick].Cluster)];
            clusters.AddRow([Readable.Count(map.Places[pick].Cluster + 1), Readable.Count(members.Length), recordings[pick].Split.Recording, Loads(recordings, members)]);
        }

        clusters.Write(terminal);
        if (verdicts.Length > 0)
            Write(terminal, verdicts);
        TextTable odd = new();
        odd.AddColumn("Unlike the others");
        odd.AddColumn("Oddity", isNumber: true);
        foreach (int index in Enumerable.Range(0, recordings.Length).OrderByDescending(index => map.Places[index].Oddity).Take(OddShown))
            odd.AddRow([recordings[index].Split.Recording, map.Places[index].Oddity.ToString("F2", CultureInfo.InvariantCulture)]);
        odd.Write(terminal);
    }

    private static void Write(Terminal terminal, ImmutableArray<PickVerdict> verdicts)
    {
        TextTable table = new();
        table.AddColumn("Picked by");
        table.AddColumn("Judged on recordings");
        table.AddColumn("Variance of hit-rate curves covered", isNumber: true);
        table.AddColumn("95 % interval", isNumber: true);
        foreach (PickVerdict verdict in verdicts)
            table.AddRow([verdict.Picked, verdict.Split, Percent(verdict.Covered.Value), $"{Percent(verdict.Covered.Low)} to {Percent(verdict.Covered.High)}"]);
        table.Write(terminal);
    }

    private static string Percent(double share) => double.IsFinite(share) ? string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.0} %") : "-";

    private static string Loads(ImmutableArray<ClusteredRecording> recordings, int[] members) =>
        string.Join(", ", members.Select(index => recordings[index].Split.Load).Distinct());
}
