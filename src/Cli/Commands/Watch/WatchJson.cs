using System.Text.Json;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Results;

namespace ForkTrace.Cli.Commands;

/// <summary>One JSON object per interval, each on a line (docs/watch.md). The last line is a summary with the figures since the start.</summary>
internal sealed class WatchJson(Terminal terminal) : IWatchView
{
    public void Show(ReplayInterval interval) => Write(interval, isSummary: false);

    public void ShowIdle(TimeSpan since)
    {
    }

    public void End(ReplayInterval? last)
    {
        if (last is not null)
            Write(last, isSummary: true);
    }

    private void Write(ReplayInterval interval, bool isSummary)
    {
        byte[] line = JsonOutput.ToBytes(json =>
        {
            json.WriteStartObject();
            json.WriteString("kind", isSummary ? "summary" : "interval");
            json.WriteNumber("from_ns", isSummary ? interval.FirstNs : interval.FromNs);
            json.WriteNumber("to_ns", interval.ToNs);
            json.WriteString("kernel", interval.Facts.Kernel);
            json.WriteNumber("lost_events", interval.Facts.Lost);
            json.WriteNumber("modelled_share", Math.Round(interval.ModelledShare, 4));
            json.WriteStartArray("policies");
            foreach (IntervalCell cell in interval.Cells)
                Write(json, cell, cell == interval.Own, isSummary);
            json.WriteEndArray();
            json.WriteEndObject();
        });
        terminal.OutBytes.Write(line);
        terminal.OutBytes.WriteByte((byte)'\n');
        terminal.Flush();
    }

    private static void Write(Utf8JsonWriter json, IntervalCell cell, bool isOwn, bool isSummary)
    {
        CellStanding total = cell.Total;
        json.WriteStartObject();
        json.WriteString("policy", total.Policy.ToString());
        json.WriteBoolean("own", isOwn);
        json.WriteString("unmet", total.Unmet);
        if (total.Unmet is null)
        {
            if (!isSummary)
            {
                json.WriteNumber("forks", cell.Forks);
                json.WriteNumber("hits", cell.Hits);
            }

            json.WriteNumber("forks_since_start", total.Allocations);
            json.WriteNumber("hits_since_start", total.Hits);
            MissCauses causes = isSummary ? total.Causes : cell.Causes;
            json.WriteStartObject("misses");
            json.WriteNumber("cold", causes.Cold);
            json.WriteNumber("placement", causes.Placement);
            json.WriteNumber("node", causes.Node);
            json.WriteNumber("rcu_delay", causes.RcuDelay);
            json.WriteNumber("capacity", causes.Capacity);
            json.WriteEndObject();
            json.WriteNumber("waiting_stacks", total.WaitingStacks);
            json.WriteNumber("cached_bytes", total.CachedBytes);
        }

        json.WriteEndObject();
    }
}
