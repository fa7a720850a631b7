using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using Microsoft.ML.Transforms;

namespace ForkTrace.Learning.Clustering;

/// <summary>
/// A map of recordings. Their fingerprints are normalised to mean 0 and variance 1 and projected on their principal components. k-means makes
/// clusters. The oddity of a recording is the part that a few components do not explain. Microsoft.ML computes all this, with a fixed seed on
/// one thread.
/// </summary>
public sealed class RecordingMap
{
    /// <summary>The number of principal components for clusters and oddity. A map needs more recordings than this.</summary>
    public const int Components = 5;

    // The library's own default.
    private const int UsualOversampling = 20;

    private const int Starts = 20;

    private readonly MLContext _learning;
    private readonly ITransformer _projection;

    private RecordingMap(MLContext learning, ITransformer projection, ImmutableArray<MapPlace> places)
    {
        _learning = learning;
        _projection = projection;
        Places = places;
    }

    /// <summary>The places of the recordings, in their order.</summary>
    public ImmutableArray<MapPlace> Places { get; }

    /// <summary>The recording of each cluster that is nearest to its centre, as ascending indices in the list of recordings.</summary>
    public ImmutableArray<int> Picks => [.. Enumerable.Range(0, Places.Length).Where(index => Places[index].IsPick)];

    /// <summary>How many places recordings have on a map: those with the same fingerprint, such as copies, share one.</summary>
    public static int PlacesOf(IEnumerable<ClusteredRecording> recordings)
    {
        ArgumentNullException.ThrowIfNull(recordings);
        return recordings.DistinctBy(recording => string.Join(' ', recording.Fingerprint)).Count();
    }

    /// <summary>Puts recordings on a map.</summary>
    /// <param name="recordings">
    /// Their places must be more than <paramref name="clusters"/> and more than <see cref="Components"/>, or one less where <see cref="PickJudge"/> leaves one out.
    /// </param>
    /// <param name="clusters">How many clusters to make. One recording is picked per cluster.</param>
    /// <param name="seed">Seed of the start of k-means.</param>
    public static RecordingMap Of(IReadOnlyList<ClusteredRecording> recordings, int clusters, ulong seed)
    {
        int start = (int)(seed & int.MaxValue);
        MLContext learning = new(seed: start);
        IDataView rows = Rows(learning, recordings);
        NormalizingTransformer normalisation = learning.Transforms.NormalizeMeanVariance(Row.Normal, Row.Column, fixZero: false).Fit(rows);
        IDataView normal = normalisation.Transform(rows);
        (ITransformer components, ITransformer oddity) = Project(learning, normal, start);
        ITransformer projection = normalisation.Append(components);
        IDataView projected = components.Transform(normal);
        float[] scores = [.. oddity.Transform(normal).GetColumn<float>("Score")];
        double[][] points = Points(projected);
        double[][] middles = Enumerable.Range(0, Starts).Select(from => Centres(projected, clusters, start + from)).MinBy(centres => Spread(points, centres))!;
        int[] clusterOf = [.. points.Select(point => NearestOf(middles, point))];
        bool[] isPick = new bool[points.Length];
        for (int cluster = 0; cluster < middles.Length; cluster++)
        {
            int[] members = [.. Enumerable.Range(0, points.Length).Where(index => clusterOf[index] == cluster)];
            if (members.Length > 0)
                isPick[members.MinBy(index => Distance(points[index], middles[cluster]))] = true;
        }

        return new RecordingMap(
            learning, projection, [.. points.Select((point, index) => new MapPlace([.. point], clusterOf[index], isPick[index], scores[index]))]);
    }

    /// <summary>The places of other recordings on this map.</summary>
    internal double[][] Locate(IReadOnlyList<ClusteredRecording> recordings) => Points(_projection.Transform(Rows(_learning, recordings)));

    /// <summary>The nearest of some points; the first if several are equally near.</summary>
    internal static int NearestOf(IReadOnlyList<double[]> points, double[] point) =>
        Enumerable.Range(0, points.Count).MinBy(index => Distance(points[index], point));

    // The result of k-means depends on its start. Try several, and take the one with the tightest clusters.
    private static double[][] Centres(IDataView projected, int clusters, int seed)
    {
        KMeansModelParameters means = new MLContext(seed).Clustering.Trainers.KMeans(new KMeansTrainer.Options
        {
            FeatureColumnName = Row.Projected,
            NumberOfClusters = clusters,
            InitializationAlgorithm = KMeansTrainer.InitializationAlgorithm.KMeansPlusPlus,
            NumberOfThreads = 1,
        }).Fit(projected).Model;
        VBuffer<float>[] centres = [];
        means.GetClusterCentroids(ref centres, out int count);
        return [.. centres.Take(count).Select(centre => centre.DenseValues().Select(value => (double)value).ToArray())];
    }

    private static double Spread(double[][] points, double[][] centres) => points.Sum(point => Distance(point, centres[NearestOf(centres, point)]));

    private static double Distance(double[] left, double[] right) => left.Zip(right, (one, other) => (one - other) * (one - other)).Sum();

    private static IDataView Rows(MLContext learning, IEnumerable<ClusteredRecording> recordings) => learning.Data.LoadFromEnumerable(
        (Row[])[.. recordings.Select(recording => new Row { Fingerprint = [.. recording.Fingerprint.Select(value => (float)value)] })]);

    private static double[][] Points(IDataView projected) =>
        [.. projected.GetColumn<float[]>(Row.Projected).Select(point => point.Select(value => (double)value).Concat(new double[Math.Max(0, 2 - point.Length)]).ToArray())];

    // Recordings that differ in fewer ways have fewer components. The library then finds vectors of NaN and reports it.
    private static (ITransformer Components, ITransformer Oddity) Project(MLContext learning, IDataView normal, int seed)
    {
        for ((int rank, int more) = (Components, UsualOversampling); ; (rank, more) = (rank - 1, 0))
        {
            try
            {
                ITransformer components = learning.Transforms
                    .ProjectToPrincipalComponents(Row.Projected, Row.Normal, rank: rank, overSampling: more, seed: seed).Fit(normal);
                ITransformer oddity = learning.AnomalyDetection.Trainers.RandomizedPca(Row.Normal, rank: rank, oversampling: more, seed: seed).Fit(normal);
                return (components, oddity);
            }
            catch (ArgumentOutOfRangeException) when (rank > 1)
            {
            }
        }
    }

    // Microsoft.ML finds the columns by these names.
    private sealed class Row
    {
        public const string Column = nameof(Fingerprint);
        public const string Normal = "Normal";
        public const string Projected = "Projected";

        [VectorType(18)]
        public float[] Fingerprint { get; init; } = [];
    }
}

/// <summary>The place of a recording on a map.</summary>
/// <param name="Point">Its principal components, the largest first.</param>
/// <param name="Cluster">Its cluster, from 0 on.</param>
/// <param name="IsPick">True if it is the nearest to the cluster's centre.</param>
/// <param name="Oddity">0 to 1: the share of its normalised fingerprint that the components do not explain (RandomizedPca of Microsoft.ML).</param>
public sealed record MapPlace(ImmutableArray<double> Point, int Cluster, bool IsPick, double Oddity);
