namespace ForkTrace.Cli.Commands;

/// <summary>The text output of <c>learn cluster</c>.</summary>
internal static class ClusterText
{
    private const int OddShown = 5;

    public static void Write(Terminal terminal, ClusteringDocument document)
    {
        TextTable clusters = new();
        clusters.AddColumn("Cluster", isNumber: true);
        clusters.AddColumn("Recordings", isNumber: true);
        clusters.AddColumn("Keep");
        clusters.AddColumn("It stands for");
        foreach (ClusterDocument cluster in document.Clusters)
            clusters.AddRow([Readable.Count(cluster.Cluster), Readable.Count(cluster.Recordings), cluster.Keep, string.Join(", ", cluster.Loads)]);
        clusters.Write(terminal);
        if (document.Verdicts.Length > 0)
            Write(terminal, document.Verdicts);
        TextTable odd = new();
        odd.AddColumn("Unlike the others");
        odd.AddColumn("Oddity", isNumber: true);
        foreach (ClusteredRecordingDocument recording in document.Recordings.OrderByDescending(recording => recording.Oddity).Take(OddShown))
            odd.AddRow([recording.Recording, recording.Oddity.ToString("F2", CultureInfo.InvariantCulture)]);
        odd.Write(terminal);
    }

    private static void Write(Terminal terminal, JudgedPickDocument[] verdicts)
    {
        TextTable table = new();
        table.AddColumn("Picked by");
        table.AddColumn("Judged on recordings");
        table.AddColumn("Variance of hit-rate curves covered", isNumber: true);
        table.AddColumn("95 % interval", isNumber: true);
        foreach (JudgedPickDocument verdict in verdicts)
        {
            string interval = $"{Percent(verdict.Covered?.Low)} to {Percent(verdict.Covered?.High)}";
            table.AddRow([verdict.PickedBy, verdict.JudgedOn, Percent(verdict.Covered?.Value), interval]);
        }

        table.Write(terminal);
    }

    private static string Percent(double? share) => share is { } known ? string.Create(CultureInfo.InvariantCulture, $"{100 * known:0.0} %") : "-";
}
