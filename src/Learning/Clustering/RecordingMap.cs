using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using Microsoft.ML.Transforms;

namespace ForkTrace.Learning.Clustering;

/// <summary>
/// Recordings on a map: fingerprints, normalised to mean 0 and variance 1, on their principal components; clusters by k-means; how odd each
/// is, by what few components leave of it. All by Microsoft.ML, with a fixed seed on one thread.
/// </summary>
public sealed class RecordingMap
{
    /// <summary>Principal components that clusters and oddity look at: a map needs more recordings.</summary>
    public const int Components = 5;

    // The library's own.
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

    /// <summary>In the order of the recordings.</summary>
    public ImmutableArray<MapPlace> Places { get; }

    /// <summary>The recording of each cluster that is nearest to its centre: places in the list of recordings, ascending.</summary>
    public ImmutableArray<int> Picks => [.. Enumerable.Range(0, Places.Length).Where(index => Places[index].IsPick)];

    /// <summary>Puts recordings on a map.</summary>
    /// <param name="recordings">More than clusters, and than <see cref="Components"/>.</param>
    /// <param name="clusters">How many clusters to make, and so how many recordings to pick.</param>
    /// <param name="seed">Drives where k-means begins.</param>
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

    /// <summary>Where other recordings are on this map.</summary>
    internal double[][] Locate(IReadOnlyList<ClusteredRecording> recordings) => Points(_projection.Transform(Rows(_learning, recordings)));

    /// <summary>The nearest of some points, the first of equals.</summary>
    internal static int NearestOf(IReadOnlyList<double[]> points, double[] point) =>
        Enumerable.Range(0, points.Count).MinBy(index => Distance(points[index], point));

    // K-means ends where it began well or badly: of several beginnings, the one whose clusters are tightest counts.
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

    // Recordings that differ in fewer ways have fewer components: then the library finds vectors of NaN, and says so.
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

/// <summary>Where a recording is on a map.</summary>
/// <param name="Point">Its principal components, the largest first.</param>
/// <param name="Cluster">Its cluster, from 0 on.</param>
/// <param name="IsPick">True if it is nearest to the cluster's centre.</param>
/// <param name="Oddity">0 to 1: the share of its normalised fingerprint that the components leave over (RandomizedPca of Microsoft.ML).</param>
public sealed record MapPlace(ImmutableArray<double> Point, int Cluster, bool IsPick, double Oddity);
