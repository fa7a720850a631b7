using System.Diagnostics;
using ForkTrace.Ingest;
using ForkTrace.Ingest.Formats;
using ForkTrace.Ingest.Input;
using ForkTrace.Ingest.Opening;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Results;

namespace ForkTrace.Cli.Commands;

/// <summary>
/// Reads, replays and shows until the input ends or a signal comes. A thread of its own reads, because a pipe may be silent for hours.
/// </summary>
/// <param name="view">Where intervals are shown.</param>
/// <param name="rows">Where they are kept; null if they are not kept.</param>
internal sealed class WatchJob(IWatchView view, WatchRows? rows)
{
    private const int LiveBatchRows = 1 << 16;

    // perf gets Ctrl-C too and then writes the rest of its events.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_idleStep = TimeSpan.FromSeconds(1);

    /// <summary>Watches a recording.</summary>
    public int Run(string path, ReplayPlan plan, long intervalNs)
    {
        using ManualResetEventSlim stop = new();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration end = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        ReplayWatch watch = new(Open(path), plan, intervalNs);
        ReplayInterval? last = null;
        bool isFit = false;
        try
        {
            while (Next(watch, path, stop) is { } interval)
            {
                if (!isFit)
                    ConditionOptions.RefuseUnfit(plan.Conditions, interval.Facts);
                isFit = true;
                rows?.Add(interval);
                view.Show(last = interval);
            }
        }
        finally
        {
            view.End(last);
        }

        rows?.Finish();
        return (int)ExitCode.Success;

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Set();
        }
    }

    // A pipe is read as it comes. A file is read completely first, so that its events can be sorted.
    private static EventStream Open(string path)
    {
        if (path == TraceOpener.StandardInput || (File.Exists(path) && FileIdentity.Of(path)?.Kind != FileKind.Regular))
            return TraceReader.Stream(path, new IngestOptions { IsLive = true, BatchRows = LiveBatchRows });
        return new OwnedTable(Options.TraceOptions.ReadPlain(path));
    }

    // The next interval; null at the end of the input. After a signal, null once the input has had time to end.
    private ReplayInterval? Next(ReplayWatch watch, string path, ManualResetEventSlim stop)
    {
        Task<ReplayInterval?> reading = Task.Run(watch.Next);
        long started = Stopwatch.GetTimestamp();
        while (!IsDone(reading, s_idleStep, stop))
        {
            if (stop.IsSet)
            {
                // The reading thread may wait in the stream for ever: it ends with the process.
                if (!IsDone(reading, s_patience, null))
                    return null;
                break;
            }

            view.ShowIdle(Stopwatch.GetElapsedTime(started));
        }

        try
        {
            return reading.GetAwaiter().GetResult();
        }
        catch (InvalidDataException fault)
        {
            throw new IngestException("unknown_cpu", $"{TraceOpener.Shown(path)}: {fault.Message}");
        }
    }

    private static bool IsDone(Task reading, TimeSpan patience, ManualResetEventSlim? stop)
    {
        WaitHandle done = ((IAsyncResult)reading).AsyncWaitHandle;
        WaitHandle.WaitAny(stop is null ? [done] : [done, stop.WaitHandle], patience);
        return reading.IsCompleted;
    }

    /// <summary>A table that is disposed together with its stream.</summary>
    private sealed class OwnedTable(EventTable table) : EventStream
    {
        private const int BatchRows = 1 << 16;
        private readonly TableStream _rows = new(table, BatchRows);

        public override TraceFacts Facts => _rows.Facts;

        public override CommTable CommNames => _rows.CommNames;

        public override EventTable? Next() => _rows.Next();

        public override void Dispose()
        {
            _rows.Dispose();
            table.Dispose();
            base.Dispose();
        }
    }
}
