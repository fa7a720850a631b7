using System.Collections.Immutable;
using System.Text.Json;
using ForkTrace.Replay.Results;

namespace ForkTrace.Cli.Rendering;

/// <summary>Hits against capacity for each policy that was swept, with the knee.</summary>
internal static class CurvesJson
{
    public static void Write(Utf8JsonWriter writer, ImmutableArray<HitRateCurve> curves)
    {
        writer.WriteStartArray("curves");
        foreach (HitRateCurve curve in curves)
        {
            writer.WriteStartObject();
            writer.WriteString("trace", curve.Trace);
            writer.WriteString("policy", curve.Policy);
            writer.WriteNumberOrNull("knee", curve.Knee?.Capacity);
            writer.WriteStartArray("points");
            foreach (CurvePoint point in curve.Points)
                WritePoint(writer, point);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WritePoint(Utf8JsonWriter writer, CurvePoint point)
    {
        writer.WriteStartObject();
        writer.WriteNumber("capacity", point.Capacity);
        writer.WriteNumber("hits", point.Hits);
        writer.WriteNumber("hit_rate", point.HitRate);
        writer.WriteNumber("hits_gained", point.HitsGained);
        writer.WriteNumber("cached_mean_bytes", point.CachedMeanBytes);
        writer.WriteNumber("cached_peak_bytes", point.CachedPeakBytes);
        writer.WriteEndObject();
    }
}
