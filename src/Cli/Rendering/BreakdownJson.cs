using System.Collections.Immutable;
using System.Text.Json;
using ForkTrace.Replay.Results;

namespace ForkTrace.Cli.Rendering;

/// <summary>One result by CPU, by comm, by window of time, and by who reuses a stack; null where it was not counted.</summary>
internal static class BreakdownJson
{
    public static void Write(Utf8JsonWriter writer, CellResult result, bool hasSeries)
    {
        WriteCpus(writer, result.ByCpu);
        WriteComms(writer, result.ByComm);
        WriteSeries(writer, result, hasSeries && result.Unmet is null);
        WriteReuse(writer, result.Reuse);
    }

    private static void WriteCpus(Utf8JsonWriter writer, ImmutableArray<CpuUse> uses)
    {
        if (uses.IsEmpty)
        {
            writer.WriteNull("by_cpu");
            return;
        }

        writer.WriteStartArray("by_cpu");
        foreach (CpuUse use in uses)
        {
            writer.WriteStartObject();
            writer.WriteNumber("cpu", use.Cpu);
            WriteUse(writer, use.Allocations, use.Hits, use.Misses);
        }

        writer.WriteEndArray();
    }

    private static void WriteComms(Utf8JsonWriter writer, ImmutableArray<CommUse> uses)
    {
        if (uses.IsEmpty)
        {
            writer.WriteNull("by_comm");
            return;
        }

        writer.WriteStartArray("by_comm");
        foreach (CommUse use in uses)
        {
            writer.WriteStartObject();
            writer.WriteTextOrNull("comm", use.Comm);
            WriteUse(writer, use.Allocations, use.Hits, use.Misses);
        }

        writer.WriteEndArray();
    }

    private static void WriteUse(Utf8JsonWriter writer, long allocations, long hits, MissCauses misses)
    {
        writer.WriteNumber("allocations", allocations);
        writer.WriteNumber("hits", hits);
        FiguresJson.WriteCauses(writer, "misses_by_cause", misses);
        writer.WriteEndObject();
    }

    private static void WriteSeries(Utf8JsonWriter writer, CellResult result, bool hasSeries)
    {
        writer.WriteNumberOrNull("window_ns", hasSeries ? (long?)result.WindowNs : null);
        if (!hasSeries)
        {
            writer.WriteNull("series");
            return;
        }

        writer.WriteStartArray("series");
        foreach (SeriesPoint point in result.Series)
        {
            writer.WriteStartObject();
            writer.WriteNumber("start_ns", point.StartNs);
            writer.WriteNumber("allocations", point.Allocations);
            writer.WriteNumber("hits", point.Hits);
            writer.WriteNumber("live_stacks", point.LiveStacks);
            writer.WriteNumber("cached_stacks", point.CachedStacks);
            writer.WriteNumber("waiting_stacks", point.WaitingStacks);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteReuse(Utf8JsonWriter writer, StackReuse? reuse)
    {
        if (reuse is null)
        {
            writer.WriteNull("reuse");
            return;
        }

        writer.WriteStartObject("reuse");
        writer.WriteNumber("same_process", reuse.SameProcess);
        writer.WriteNumber("other_process", reuse.OtherProcess);
        writer.WriteNumber("unknown_process", reuse.UnknownProcess);
        writer.WriteStartObject("idle_ns");
        FiguresJson.WriteDurations(writer, reuse.Idle, reuse.Idle.Count > 0);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
