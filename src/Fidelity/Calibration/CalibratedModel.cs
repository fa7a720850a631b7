using System.Globalization;
using System.Text.Json;
using ForkTrace.Events;
using ForkTrace.Lifecycle.Tasks;

namespace ForkTrace.Fidelity.Calibration;

/// <summary>
/// Writes a calibration as a cost model that <c>--cost-model</c> takes. A recording shows only what a miss costs over a hit; what a hit
/// and what a page allocation cost is assumed, said so in the file, and given by the user who knows better.
/// </summary>
/// <param name="Name">Name of the model.</param>
/// <param name="CacheHitNs">Assumed cost of a hit.</param>
/// <param name="PageAllocationNs">Assumed cost of an order-2 page allocation.</param>
public sealed record CalibratedModel(string Name, double CacheHitNs, double PageAllocationNs)
{
    /// <summary>The middle of what lwn-2016 gives for a hit.</summary>
    public const double DefaultCacheHitNs = 250;

    /// <summary>What lwn-2016 gives for order-2 pages.</summary>
    public const double DefaultPageAllocationNs = 1000;

    /// <summary>Writes the model's JSON.</summary>
    public void Write(Utf8JsonWriter writer, Calibration calibration)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(calibration);
        writer.WriteStartObject();
        writer.WriteString("name", Name);
        writer.WriteString("summary", Summary(calibration));
        writer.WriteString("source", Source(calibration));
        writer.WriteStartObject("operations");
        WriteConstant(writer, "page_allocation", PageAllocationNs);
        writer.WriteStartObject("vmalloc");
        writer.WriteStartArray("quantiles");
        foreach ((double share, double differenceNs) in calibration.DifferenceNs)
        {
            writer.WriteStartArray();
            writer.WriteNumberValue(share);
            writer.WriteNumberValue(Math.Round(CacheHitNs + differenceNs, 1));
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        WriteConstant(writer, "cache_hit", CacheHitNs);
        writer.WriteEndObject();
        WriteProvenance(writer, calibration);
        writer.WriteEndObject();
    }

    private static void WriteConstant(Utf8JsonWriter writer, string operation, double valueNs)
    {
        writer.WriteStartObject(operation);
        writer.WriteNumber("constant_ns", valueNs);
        writer.WriteEndObject();
    }

    private string Summary(Calibration calibration) => string.Create(
        CultureInfo.InvariantCulture,
        $"What a miss costs over a hit, measured on {ForkKinds.Name(calibration.Kind)} forks: quantile differences from p10 to p90 of the "
        + $"time {Measures(calibration)}. Assumed, not measured: cache_hit {CacheHitNs} ns, page_allocation "
        + $"{PageAllocationNs} ns. Zeroing and memcg charge, as the recorded kernel does "
        + $"them for hits and misses, are inside the difference. Not in it: what is paid later (vfree, TLB flushes), contention of misses.");

    private static string Measures(Calibration calibration) => string.Join(
        "; ",
        calibration.Recordings.Where(recording => recording.Kinds.Any(calibration.Uses)).Select(recording => recording.Measure).Distinct());

    private static string Source(Calibration calibration)
    {
        IEnumerable<ForkDurations> used = calibration.Recordings.Where(recording => recording.Kinds.Any(calibration.Uses));
        return string.Join("; ", used.Select(recording => $"{recording.Facts.Trace}, {KernelOf(recording.Facts)}"));
    }

    private static string KernelOf(TraceFacts facts) => facts.Kernel.Length == 0 ? "of an unknown kernel" : $"kernel {facts.Kernel}";

    private static void WriteProvenance(Utf8JsonWriter writer, Calibration calibration)
    {
        writer.WriteStartObject("provenance");
        writer.WriteString("kind", ForkKinds.Name(calibration.Kind));
        writer.WriteStartArray("assumed");
        writer.WriteStringValue("page_allocation");
        writer.WriteStringValue("cache_hit");
        writer.WriteEndArray();
        writer.WriteStartArray("recordings");
        foreach (ForkDurations recording in calibration.Recordings)
        {
            writer.WriteStartObject();
            writer.WriteString("trace", recording.Facts.Trace);
            writer.WriteString("digest", recording.Facts.Digest);
            writer.WriteString("kernel", recording.Facts.Kernel);
            writer.WriteString("measure", recording.Measure);
            writer.WriteNumber("cpus", recording.Facts.Cpus);
            writer.WriteStartArray("kinds");
            foreach (KindDurations durations in recording.Kinds)
                WriteKind(writer, durations, calibration.Uses(durations));
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteKind(Utf8JsonWriter writer, KindDurations durations, bool isUsed)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", ForkKinds.Name(durations.Kind));
        writer.WriteBoolean("used", isUsed);
        WriteSample(writer, "hits", durations.Hits);
        WriteSample(writer, "misses", durations.Misses);
        if (durations.IsEnough)
        {
            (double lowNs, double medianNs, double highNs) = durations.Difference;
            writer.WriteStartObject("difference_ns");
            writer.WriteNumber("median", medianNs);
            writer.WriteNumber("low", lowNs);
            writer.WriteNumber("high", highNs);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNull("difference_ns");
        }

        writer.WriteEndObject();
    }

    private static void WriteSample(Utf8JsonWriter writer, string name, DurationSample sample)
    {
        writer.WriteStartObject(name);
        writer.WriteNumber("count", sample.Count);
        foreach ((string quantile, double share) in (ReadOnlySpan<(string, double)>)[("p50_ns", 0.5), ("p90_ns", 0.9), ("p99_ns", 0.99)])
        {
            if (sample.Count > 0)
                writer.WriteNumber(quantile, Math.Round(sample.QuantileNs(share), 1));
            else
                writer.WriteNull(quantile);
        }

        writer.WriteEndObject();
    }
}
