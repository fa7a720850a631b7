using ForkTrace.Learning;
using ForkTrace.Learning.Clustering;
using ForkTrace.Learning.Judging;

namespace ForkTrace.Cli.Commands;

/// <summary>The output of <c>learn cluster --json</c>.</summary>
internal sealed record ClusteringDocument(ClusterDocument[] Clusters, ClusteredRecordingDocument[] Recordings, JudgedPickDocument[] Verdicts)
{
    public static ClusteringDocument Of(ImmutableArray<ClusteredRecording> recordings, RecordingMap map, ImmutableArray<PickVerdict> verdicts)
    {
        ClusteredRecordingDocument[] places =
        [
            .. recordings.Select((recording, index) => new ClusteredRecordingDocument(
                recording.Split.Recording, recording.Split.Load, map.Places[index].Cluster + 1, map.Places[index].IsPick, map.Places[index].Oddity,
                [.. map.Places[index].Point])),
        ];
        return new ClusteringDocument(
            [
                .. places.GroupBy(place => place.Cluster).OrderBy(cluster => cluster.Key).Select(cluster => new ClusterDocument(
                    cluster.Key, cluster.Count(), cluster.Single(place => place.IsPick).Recording, [.. cluster.Select(place => place.Load).Distinct()])),
            ],
            places,
            [
                .. verdicts.Select(verdict => new JudgedPickDocument(
                    verdict.Split, verdict.Picked, verdict.Picks, IntervalDocument.Of(verdict.Covered), IntervalDocument.Of(verdict.ClustersAhead))),
            ]);
    }
}

internal sealed record ClusterDocument(int Cluster, int Recordings, string Keep, string[] Loads);

internal sealed record ClusteredRecordingDocument(string Recording, string Load, int Cluster, bool IsPick, double Oddity, double[] Point);

internal sealed record JudgedPickDocument(string JudgedOn, string PickedBy, int Picks, IntervalDocument? Covered, IntervalDocument? ClustersAhead);

/// <summary>The output of <c>learn policy --json</c>.</summary>
internal sealed record LearnedPolicyDocument(LearnedModelDocument? Model, JudgedPolicyDocument[] Policies, JudgedForecastDocument[] Forecasts);

internal sealed record LearnedModelDocument(string Path, long WindowNs, long Capacity, double HitRate, double Memory, double MemoryMost, string Text)
{
    public static LearnedModelDocument Of(string path, TrainedModel model, double memory) =>
        new(path, model.WindowNs, model.Capacity, model.HitRate, model.Memory, memory, model.Text);
}

internal sealed record JudgedPolicyDocument(
    string LeftOut, double Memory, string Policy, IntervalDocument? HitRate, double? BoundHitRate, IntervalDocument? LearnedWon)
{
    public static JudgedPolicyDocument Of(PolicyVerdict verdict) => new(
        verdict.Split, verdict.Memory, verdict.Family, IntervalDocument.Of(verdict.HitRate), IntervalDocument.Finite(verdict.BoundHitRate),
        IntervalDocument.Of(verdict.ShareWon));
}

internal sealed record JudgedForecastDocument(long WindowNs, string Forecast, IntervalDocument? LossBits, IntervalDocument? Gain)
{
    public static JudgedForecastDocument Of(ForecastVerdict verdict) =>
        new(verdict.WindowNs, verdict.Forecast, IntervalDocument.Of(verdict.LossBits), IntervalDocument.Of(verdict.Gain));
}

/// <summary>A figure and its 95 % interval; an end is null if it is unknown.</summary>
internal sealed record IntervalDocument(double Value, double? Low, double? High)
{
    public static IntervalDocument? Of(Interval figure) =>
        double.IsFinite(figure.Value) ? new(figure.Value, Finite(figure.Low), Finite(figure.High)) : null;

    public static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
