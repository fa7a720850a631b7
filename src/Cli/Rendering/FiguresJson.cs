using System.Text.Json;
using ForkTrace.Replay.Results;

namespace ForkTrace.Cli.Rendering;

/// <summary>The figures of one result. A policy that the trace cannot answer for has none: null, never 0.</summary>
internal static class FiguresJson
{
    public static void Write(Utf8JsonWriter writer, CellResult result)
    {
        bool isMet = result.Unmet is null;
        writer.WriteNumberOrNull("allocations", isMet ? (long?)result.Allocations : null);
        writer.WriteNumberOrNull("failed_forks", isMet ? (long?)result.FailedForks : null);
        writer.WriteNumberOrNull("cut_allocations", isMet ? (long?)result.CutAllocations : null);
        writer.WriteNumberOrNull("cut_caches", isMet ? (long?)result.CutCaches : null);
        writer.WriteNumberOrNull("hits", isMet ? (long?)result.Hits : null);
        writer.WriteNumberOrNull("misses", isMet ? (long?)result.Misses : null);
        WriteCauses(writer, "misses_by_cause", isMet ? result.Causes : null);
        writer.WriteNumberOrNull("hit_rate", isMet ? (double?)result.HitRate : null);
        writer.WriteNumberOrNull("hits_starting_full", isMet ? result.HitsStartingFull : null);
        writer.WriteNumberOrNull("mean_cost_starting_full_ns", isMet ? result.MeanCostStartingFullNs : null);
        WriteCosts(writer, result, isMet);
        WriteMemory(writer, result.Memory, isMet);
        writer.WriteNumberOrNull("cached_at_release", isMet ? (long?)result.CachedAtRelease : null);
        writer.WriteNumberOrNull("cached_by_callback", isMet ? (long?)result.CachedByCallback : null);
        writer.WriteNumberOrNull("queued_for_rcu", isMet ? (long?)result.QueuedForRcu : null);
        writer.WriteNumberOrNull("freed", isMet ? (long?)result.Freed : null);
        writer.WriteNumberOrNull("freed_offline", isMet ? (long?)result.FreedOffline : null);
    }

    /// <summary>Misses by cause, each with its count.</summary>
    public static void WriteCauses(Utf8JsonWriter writer, string name, MissCauses? causes)
    {
        writer.WriteStartObject(name);
        writer.WriteNumberOrNull("cold", causes?.Cold);
        writer.WriteNumberOrNull("placement", causes?.Placement);
        writer.WriteNumberOrNull("node", causes?.Node);
        writer.WriteNumberOrNull("rcu_delay", causes?.RcuDelay);
        writer.WriteNumberOrNull("capacity", causes?.Capacity);
        writer.WriteEndObject();
    }

    private static void WriteCosts(Utf8JsonWriter writer, CellResult result, bool isMet)
    {
        LatencyHistogram latency = result.Latency;
        writer.WriteStartObject("cost_ns");
        WriteDurations(writer, latency, isMet);
        writer.WriteNumberOrNull("difference_to_pages", isMet ? (double?)result.DifferenceToPagesNs : null);
        writer.WriteEndObject();
        writer.WriteStartObject("release_cost_ns");
        WriteDurations(writer, result.ReleaseCost, isMet && result.ReleaseCost.Count > 0);
        writer.WriteEndObject();
        writer.WriteNumberOrNull("cpu_seconds_per_million_forks", isMet ? (double?)result.CpuSecondsPerMillionForks : null);
    }

    /// <summary>Mean, percentiles and maximum as members of the object that is open.</summary>
    public static void WriteDurations(Utf8JsonWriter writer, LatencyHistogram durations, bool isKnown)
    {
        writer.WriteNumberOrNull("mean", isKnown ? (double?)durations.MeanNs : null);
        writer.WriteNumberOrNull("p50", isKnown ? (double?)durations.QuantileNs(0.50) : null);
        writer.WriteNumberOrNull("p90", isKnown ? (double?)durations.QuantileNs(0.90) : null);
        writer.WriteNumberOrNull("p99", isKnown ? (double?)durations.QuantileNs(0.99) : null);
        writer.WriteNumberOrNull("p999", isKnown ? (double?)durations.QuantileNs(0.999) : null);
        writer.WriteNumberOrNull("max", isKnown ? (long?)durations.MaxNs : null);
    }

    private static void WriteMemory(Utf8JsonWriter writer, MemoryUse memory, bool isMet)
    {
        writer.WriteStartObject("memory");
        WriteStock(writer, "live", isMet ? memory.Live : null);
        WriteStock(writer, "cached", isMet ? memory.Cached : null);
        WriteStock(writer, "waiting_for_rcu", isMet ? memory.WaitingForRcu : null);
        WriteStock(writer, "waiting_for_vfree", isMet ? memory.WaitingForVfree : null);
        WriteStock(writer, "stranded", isMet ? memory.Stranded : null);
        AddressSpaceUse? space = isMet ? memory.AddressSpace : null;
        writer.WriteStartObject("address_space");
        writer.WriteNumberOrNull("freed_bytes", space?.FreedBytes);
        writer.WriteNumberOrNull("purge_threshold_bytes", space?.PurgeThresholdBytes);
        writer.WriteNumberOrNull("purges", space?.Purges);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteStock(Utf8JsonWriter writer, string name, StockUse? stock)
    {
        writer.WriteStartObject(name);
        writer.WriteNumberOrNull("peak_bytes", stock?.PeakBytes);
        writer.WriteNumberOrNull("mean_bytes", stock?.MeanBytes);
        writer.WriteNumberOrNull("end_bytes", stock?.EndBytes);
        writer.WriteEndObject();
    }
}
