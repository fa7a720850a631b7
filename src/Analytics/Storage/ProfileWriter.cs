using ForkTrace.Replay.Costs;
using ForkTrace.Replay.Profile;

namespace ForkTrace.Analytics.Storage;

/// <summary>Writes what belongs to a run as a whole: curves and the recording's profile.</summary>
internal sealed class ProfileWriter(DuckDBConnection connection, long run)
{
    public void Write(IReadOnlyList<HitRateCurve> curves)
    {
        using (DuckDBAppender appender = connection.CreateAppender("curves"))
        {
            for (int index = 0; index < curves.Count; index++)
                AppendCurve(appender, index + 1, curves[index]);
            appender.Close();
        }

        using DuckDBAppender points = connection.CreateAppender("curve_points");
        for (int index = 0; index < curves.Count; index++)
        {
            foreach (CurvePoint point in curves[index].Points)
            {
                points.CreateRow()
                    .AppendValue(run).AppendValue(index + 1).AppendValue(point.Capacity).AppendValue(point.Hits)
                    .AppendValue(point.CachedMeanBytes).AppendValue(point.CachedPeakBytes).AppendValue(point.CostMeanNs).EndRow();
            }
        }

        points.Close();
    }

    public void Write(TraceProfile? profile)
    {
        if (profile is null)
            return;
        using (DuckDBAppender appender = connection.CreateAppender("lifetime_buckets"))
        {
            foreach (LifetimeHistogram kind in profile.Lifetimes)
                AppendBuckets(() => appender.CreateRow().AppendValue(run).AppendValue(kind.Kind), kind.Lifetimes);
            appender.Close();
        }

        using (DuckDBAppender appender = connection.CreateAppender("rcu_delay_buckets"))
        {
            foreach (CallbackDelays delays in profile.Delays)
            {
                string operation = EvidenceNames.Of(delays.Operation);
                string evidence = EvidenceNames.Of(delays.Evidence);
                AppendBuckets(() => appender.CreateRow().AppendValue(run).AppendValue(operation).AppendValue(evidence), delays.Delays);
            }

            appender.Close();
        }

        WriteCpuPairs(profile);
        WriteGracePeriods(profile);
        WriteWindows(profile);
    }

    public void Write(ImmutableArray<ForkLatency> forkTimes)
    {
        using (DuckDBAppender appender = connection.CreateAppender("fork_times"))
        {
            foreach (ForkLatency sort in forkTimes)
            {
                appender.CreateRow()
                    .AppendValue(run).AppendValue(sort.Measure).AppendValue(sort.Kind).AppendValue(sort.Outcome)
                    .AppendValue(sort.Times.Count).AppendValue(sort.Times.MeanNs).AppendValue(sort.Times.QuantileNs(0.5))
                    .AppendValue(sort.Times.QuantileNs(0.9)).AppendValue(sort.Times.QuantileNs(0.99)).AppendValue(sort.Times.MaxNs)
                    .AppendValue(sort.CopyShare).EndRow();
            }

            appender.Close();
        }

        using DuckDBAppender buckets = connection.CreateAppender("fork_time_buckets");
        foreach (ForkLatency sort in forkTimes)
        {
            AppendBuckets(
                () => buckets.CreateRow().AppendValue(run).AppendValue(sort.Measure).AppendValue(sort.Kind).AppendValue(sort.Outcome),
                sort.Times);
        }

        buckets.Close();
    }

    private void AppendCurve(DuckDBAppender appender, int number, HitRateCurve curve) => appender.CreateRow()
        .AppendValue(run).AppendValue(number).AppendValue(curve.Policy).AppendValue(curve.PolicyVersion)
        .AppendValue(curve.ParametersElse).AppendValue(curve.CostModel).AppendValue(curve.Seed)
        .AppendValue(curve.IsOnePass ? "one_pass" : "replayed").AppendValue(curve.Allocations)
        .AppendValue(curve.Knee?.Capacity).EndRow();

    private static void AppendBuckets(Func<IDuckDBAppenderRow> begin, LatencyHistogram histogram)
    {
        foreach ((long lowNs, long highNs, long count) in histogram.Buckets())
            begin().AppendValue(lowNs).AppendValue(highNs).AppendValue(count).EndRow();
    }

    private void WriteCpuPairs(TraceProfile profile)
    {
        using DuckDBAppender appender = connection.CreateAppender("cpu_pairs");
        foreach (CpuPair pair in profile.CpuPairs)
        {
            appender.CreateRow()
                .AppendValue(run).AppendValue(pair.ForkCpu).AppendValue(pair.DeathCpu).AppendValue(pair.Tasks).EndRow();
        }

        appender.Close();
    }

    private void WriteGracePeriods(TraceProfile profile)
    {
        using DuckDBAppender appender = connection.CreateAppender("grace_period_bounds");
        foreach (GracePeriodBounds period in profile.GracePeriods)
        {
            appender.CreateRow()
                .AppendValue(run).AppendValue(period.StartNs).AppendValue(period.EndNs).AppendValue(period.LastNs)
                .AppendValue(period.Callbacks).AppendValue(EvidenceNames.Of(period.Evidence)).EndRow();
        }

        appender.Close();
    }

    private void WriteWindows(TraceProfile profile)
    {
        using DuckDBAppender appender = connection.CreateAppender("trace_series");
        foreach (TraceWindow window in profile.Windows)
        {
            appender.CreateRow()
                .AppendValue(run).AppendValue(window.StartNs).AppendValue(profile.WindowNs).AppendValue(window.Forks)
                .AppendValue(window.Deaths).AppendValue(window.Callbacks).EndRow();
        }

        appender.Close();
    }
}
