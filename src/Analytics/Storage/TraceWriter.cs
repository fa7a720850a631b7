using ForkTrace.Replay.Policies;

namespace ForkTrace.Analytics.Storage;

/// <summary>Writes the row of a recording, as the latest import reads it, and the run's issues and losses.</summary>
internal sealed class TraceWriter(DuckDBConnection connection)
{
    public void Write(long run, TraceFacts facts)
    {
        Write(facts);
        WriteIssues(run, facts.Issues);
        WriteLosses(run, facts.Losses);
    }

    public void Write(TraceFacts facts)
    {
        if (facts.Digest.Length == 0)
            throw new ArgumentException("The recording has no digest: nothing would tell it from others.", nameof(facts));
        WriteTrace(facts);
        WriteKernel(facts);
        WriteEvents(facts);
    }

    private void WriteTrace(TraceFacts facts)
    {
        const string Insert = """
            INSERT OR REPLACE INTO traces (
                digest, name, format, size_bytes, kernel, machine, clock, clock_unit, wall_clock_offset_ns, cpus, cpu_nodes, recorder,
                first_ns, last_ns, events_total, events_stored, events_lost, tasks, task_struct_bytes)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, CAST(? AS INTEGER[]), ?, ?, ?, ?, ?, ?, ?, ?)
            """;
        connection.Execute(
            Insert,
            facts.Digest, facts.Trace, facts.Format, facts.SizeBytes, Known(facts.Kernel), Known(facts.Machine), Known(facts.Clock),
            facts.ClockUnit, facts.WallClockOffsetNs, facts.Cpus, facts.CpuNodes.IsDefaultOrEmpty ? null : facts.CpuNodes.ToList(),
            Known(facts.Recorder), facts.FirstNs, facts.LastNs, facts.EventsTotal, facts.EventsStored, facts.Lost, facts.Tasks,
            facts.TaskStructBytes == 0 ? null : facts.TaskStructBytes);
    }

    private void WriteKernel(TraceFacts facts)
    {
        RecordedKernel kernel = KernelTable.Of(facts);
        connection.Execute(
            "INSERT OR REPLACE INTO kernels VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            facts.Digest, kernel.Policy, kernel.Reason, kernel.StackBytes, kernel.StackAlignBytes, kernel.PageBytes, kernel.SizesReason,
            facts.KernelFacts == KernelFacts.Unknown ? null : KernelFactsJson.Serialize(facts.KernelFacts));
    }

    private void WriteEvents(TraceFacts facts)
    {
        connection.Execute("DELETE FROM trace_events WHERE trace_digest = ?", facts.Digest);
        using DuckDBAppender appender = connection.CreateAppender("trace_events");
        foreach ((string name, long count) in facts.EventsByKind)
            AppendEvent(appender, facts.Digest, name, true, count);
        foreach ((string name, long count) in facts.EventsSkipped)
            AppendEvent(appender, facts.Digest, name, false, count);
        appender.Close();
    }

    private static void AppendEvent(DuckDBAppender appender, string digest, string name, bool isUsed, long count) =>
        appender.CreateRow().AppendValue(digest).AppendValue(name).AppendValue(isUsed).AppendValue(count).EndRow();

    private void WriteIssues(long run, ImmutableArray<ImportIssue> issues)
    {
        using DuckDBAppender appender = connection.CreateAppender("import_issues");
        foreach (ImportIssue issue in issues)
        {
            appender.CreateRow()
                .AppendValue(run).AppendValue(NameOf(issue.Severity)).AppendValue(issue.Code).AppendValue(issue.Message)
                .AppendValue(issue.Count).EndRow();
        }

        appender.Close();
    }

    private void WriteLosses(long run, ImmutableArray<LossInterval> losses)
    {
        using DuckDBAppender appender = connection.CreateAppender("losses");
        foreach (LossInterval loss in losses)
        {
            appender.CreateRow()
                .AppendValue(run)
                .AppendValue(loss.Cpu < 0 ? null : (int?)loss.Cpu)
                .AppendValue(loss.FromNs == long.MinValue ? null : (long?)loss.FromNs)
                .AppendValue(loss.ToNs == long.MaxValue ? null : (long?)loss.ToNs)
                .AppendValue(loss.Events < 0 ? null : (long?)loss.Events)
                .EndRow();
        }

        appender.Close();
    }

    private static string NameOf(IssueSeverity severity) => severity switch
    {
        IssueSeverity.DataLoss => "data_loss",
        IssueSeverity.Warning => "warning",
        _ => "information",
    };

    private static string? Known(string text) => text.Length == 0 ? null : text;
}
