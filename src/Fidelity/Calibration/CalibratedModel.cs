using System.Text.Json;
using ForkTrace.Replay.Costs;

namespace ForkTrace.Fidelity.Calibration;

/// <summary>
/// Writes a calibration as a cost model that <c>--cost-model</c> takes. A recording shows only what a miss costs over a hit. The costs of a
/// hit and of a page allocation are assumed; the file says so, and a user who knows better values can give them.
/// </summary>
/// <param name="Name">Name of the model.</param>
/// <param name="CacheHitNs">Assumed cost of a hit.</param>
/// <param name="PageAllocationNs">Assumed cost of an order-2 page allocation.</param>
public sealed record CalibratedModel(string Name, double CacheHitNs, double PageAllocationNs)
{
    /// <summary>The cost of a hit in lwn-2016, the middle of its interval.</summary>
    public const double DefaultCacheHitNs = 250;

    /// <summary>The cost of order-2 pages in lwn-2016.</summary>
    public const double DefaultPageAllocationNs = 1000;

    /// <summary>Writes the model's JSON.</summary>
    public void Write(Utf8JsonWriter writer, Calibration calibration)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(calibration);
        MedianDifference difference = calibration.Difference;
        PriceJson miss = new(Math.Round(CacheHitNs + difference.MedianNs, 1), "measured")
        {
            IntervalNs = [Math.Round(CacheHitNs + difference.LowNs, 1), Math.Round(CacheHitNs + difference.HighNs, 1)],
        };
        ModelJson model = new(
            Name,
            Summary(calibration),
            Source(calibration),
            Kernels(calibration),
            new OperationsJson(new PriceJson(PageAllocationNs, "assumed"), miss, new PriceJson(CacheHitNs, "assumed")),
            new ProvenanceJson(
                ForkKinds.Name(calibration.Kind),
                ["page_allocation", "cache_hit"],
                [.. calibration.Recordings.Select(recording => RecordingJson.Of(recording, calibration))]));
        JsonSerializer.Serialize(writer, model, CalibrationJson.Default.ModelJson);
    }

    private string Summary(Calibration calibration) => string.Create(
        CultureInfo.InvariantCulture,
        $"What a miss costs over a hit, measured on {ForkKinds.Name(calibration.Kind)} forks: the difference of the medians of the "
        + $"time {Measures(calibration)}. Assumed, not measured: cache_hit {CacheHitNs} ns, page_allocation "
        + $"{PageAllocationNs} ns. Zeroing and memcg charge, as the recorded kernel does "
        + $"them for hits and misses, are inside the difference and in no price of their own. Not in it: what is paid later (vfree, TLB "
        + $"flushes), contention of misses.");

    // The releases of the recordings used; null if a recording does not name its release.
    private static string? Kernels(Calibration calibration)
    {
        KernelRelease?[] releases = [.. Used(calibration).Select(recording => KernelRelease.Parse(recording.Facts.Kernel))];
        if (releases.Contains(null))
            return null;
        KernelRelease[] known = [.. releases.OfType<KernelRelease>().OrderBy(release => (release.Major, release.Minor))];
        return new KernelRange(known[0], known[^1]).ToString();
    }

    private static IEnumerable<ForkDurations> Used(Calibration calibration) =>
        calibration.Recordings.Where(recording => recording.Kinds.Any(calibration.Uses));

    private static string Measures(Calibration calibration) => string.Join(
        "; ",
        Used(calibration).Select(recording => recording.Measure).Distinct());

    private static string Source(Calibration calibration) =>
        string.Join("; ", Used(calibration).Select(recording => $"{recording.Facts.Trace}, {KernelOf(recording.Facts)}"));

    private static string KernelOf(TraceFacts facts) => facts.Kernel.Length == 0 ? "of an unknown kernel" : $"kernel {facts.Kernel}";
}
