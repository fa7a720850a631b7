using ForkTrace.Replay.Engine;

namespace ForkTrace.Analytics.Storage;

/// <summary>Writes an interval of a watch, inside the caller's transaction.</summary>
internal sealed class WatchWriter(DuckDBConnection connection)
{
    /// <summary>Returns the number of the watch: the given one, or for 0 the next.</summary>
    public long Write(long watch, DateTimeOffset startedAt, ReplayInterval interval)
    {
        if (watch == 0)
        {
            watch = 1 + Convert.ToInt64(
                connection.Scalar("SELECT coalesce(max(watch), 0) FROM watch_intervals"), CultureInfo.InvariantCulture);
        }

        using DuckDBAppender rows = connection.CreateAppender("watch_intervals");
        foreach (IntervalCell cell in interval.Cells.Where(cell => cell.Total.Unmet is null))
        {
            rows.CreateRow()
                .AppendValue(watch).AppendValue(startedAt.UtcDateTime).AppendValue(interval.Facts.Kernel)
                .AppendValue(interval.FromNs).AppendValue(interval.ToNs)
                .AppendValue(cell.Total.Policy.ToString()).AppendValue(cell == interval.Own)
                .AppendValue(cell.Forks).AppendValue(cell.Hits).AppendValue(cell.HitRate)
                .AppendValue(cell.Causes.Cold).AppendValue(cell.Causes.Placement).AppendValue(cell.Causes.Node)
                .AppendValue(cell.Causes.RcuDelay).AppendValue(cell.Causes.Capacity)
                .AppendValue(cell.Total.WaitingStacks).AppendValue(cell.Total.CachedBytes).AppendValue(interval.Facts.Lost)
                .EndRow();
        }

        rows.Close();
        return watch;
    }
}
