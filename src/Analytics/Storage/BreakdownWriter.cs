namespace ForkTrace.Analytics.Storage;

/// <summary>Writes the parts of results: time series, histograms, CPUs, names, cgroups.</summary>
internal static class BreakdownWriter
{
    public static void AppendEvidence(DuckDBAppender appender, long run, CellResult cell)
    {
        foreach (OperationEvidence use in cell.Grade.Uses)
        {
            appender.CreateRow()
                .AppendValue(run).AppendValue(cell.Cell).AppendValue(use.Name)
                .AppendValue(use.Observed).AppendValue(use.Inferred).AppendValue(use.Modelled).EndRow();
        }
    }

    public static void AppendBuckets(DuckDBAppender appender, long run, CellResult cell, LatencyHistogram histogram)
    {
        foreach ((long lowNs, long highNs, long count) in histogram.Buckets())
        {
            appender.CreateRow()
                .AppendValue(run).AppendValue(cell.Cell).AppendValue(lowNs).AppendValue(highNs).AppendValue(count).EndRow();
        }
    }

    public static void AppendSeries(DuckDBAppender appender, long run, CellResult cell)
    {
        foreach (SeriesPoint point in cell.Series)
        {
            appender.CreateRow()
                .AppendValue(run).AppendValue(cell.Cell).AppendValue(point.StartNs).AppendValue(point.Allocations).AppendValue(point.Hits)
                .AppendValue(point.LiveStacks).AppendValue(point.CachedStacks).AppendValue(point.WaitingStacks).EndRow();
        }
    }

    public static void AppendCpus(DuckDBAppender appender, long run, CellResult cell)
    {
        foreach (CpuUse use in cell.ByCpu)
        {
            IDuckDBAppenderRow row = appender.CreateRow().AppendValue(run).AppendValue(cell.Cell).AppendValue(use.Cpu);
            AppendOutcomes(row, use.Hits, use.Misses);
        }
    }

    public static void AppendComms(DuckDBAppender appender, long run, CellResult cell)
    {
        foreach (CommUse use in cell.ByComm)
        {
            IDuckDBAppenderRow row = appender.CreateRow().AppendValue(run).AppendValue(cell.Cell)
                .AppendValue(use.Comm.Length == 0 ? null : use.Comm);
            AppendOutcomes(row, use.Hits, use.Misses);
        }
    }

    public static void AppendCgroups(DuckDBAppender appender, long run, CellResult cell)
    {
        foreach (CgroupUse use in cell.ByCgroup)
        {
            IDuckDBAppenderRow row = appender.CreateRow().AppendValue(run).AppendValue(cell.Cell)
                .AppendValue(use.Cgroup.Length == 0 ? null : use.Cgroup);
            AppendOutcomes(row, use.Hits, use.Misses);
        }
    }

    private static void AppendOutcomes(IDuckDBAppenderRow row, long hits, MissCauses misses) => row
        .AppendValue(hits).AppendValue(misses.Cold).AppendValue(misses.Placement).AppendValue(misses.Node).AppendValue(misses.RcuDelay)
        .AppendValue(misses.Capacity).EndRow();
}
