using System.Text.Json.Serialization;

namespace ForkTrace.Fidelity.Calibration;

/// <summary>The file of a calibrated cost model (docs/json.md, calibrate).</summary>
internal sealed record ModelJson(
    string Name, string Summary, string Source, string? Kernels, OperationsJson Operations, ProvenanceJson Provenance);

internal sealed record OperationsJson(PriceJson PageAllocation, PriceJson Vmalloc, PriceJson CacheHit);

internal sealed record PriceJson(double ConstantNs, string Basis)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double[]? IntervalNs { get; init; }
}

internal sealed record ProvenanceJson(string Kind, string[] Assumed, RecordingJson[] Recordings);

internal sealed record RecordingJson(string Trace, string Digest, string Kernel, string Measure, int Cpus, KindJson[] Kinds)
{
    public static RecordingJson Of(ForkDurations recording, Calibration calibration) => new(
        recording.Facts.Trace,
        recording.Facts.Digest,
        recording.Facts.Kernel,
        recording.Measure,
        recording.Facts.Cpus,
        [.. recording.Kinds.Select(kind => KindJson.Of(kind, calibration.Uses(kind)))]);
}

internal sealed record KindJson(string Kind, bool Used, SampleJson Hits, SampleJson Misses, DifferenceJson? DifferenceNs)
{
    public static KindJson Of(KindDurations durations, bool isUsed)
    {
        DifferenceJson? difference = null;
        if (durations.IsEnough)
        {
            difference = DifferenceJson.Of(durations.Difference);
        }

        return new KindJson(
            ForkKinds.Name(durations.Kind), isUsed, SampleJson.Of(durations.Hits), SampleJson.Of(durations.Misses), difference);
    }
}

internal sealed record SampleJson(long Count, double? P50Ns, double? P90Ns, double? P99Ns)
{
    public static SampleJson Of(DurationSample sample)
    {
        return new SampleJson(sample.Count, Quantile(0.5), Quantile(0.9), Quantile(0.99));

        double? Quantile(double share) => sample.Count > 0 ? Math.Round(sample.QuantileNs(share), 1) : null;
    }
}

internal sealed record DifferenceJson(double Median, double Low, double High)
{
    public static DifferenceJson Of(MedianDifference difference) => new(difference.MedianNs, difference.LowNs, difference.HighNs);
}

[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Serialization, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ModelJson))]
internal sealed partial class CalibrationJson : JsonSerializerContext;
