using System.Diagnostics;
using ForkTrace.TestKit.Fuzzing;

namespace ForkTrace.Fuzz;

/// <summary>
/// Passes inputs to one target until the time is over. A reader cannot be stopped from outside, so a second thread watches it: if an input
/// takes too long or too much memory, the thread writes it as a finding and ends the process.
/// </summary>
internal sealed class FuzzLoop(IFuzzTarget target, FuzzOptions options)
{
    private const long ResidentBytesMax = 3L << 30;
    private const int FindingsMax = 20;
    private static readonly TimeSpan s_minimising = TimeSpan.FromSeconds(5);
    private readonly FindingFolder _findings = new(options.Findings, target.Name, options.Seed);
    private readonly HashSet<string> _signatures = [];
    private byte[] _input = [];
    private long _iteration;
    private long _started;

    /// <summary>Runs the loop. Returns 0 without findings, 1 with findings.</summary>
    public int Run()
    {
        FuzzRun run = new(target, options.Seed);
        new Thread(Watch) { IsBackground = true }.Start();
        using IterationMark mark = new(options.Findings, target.Name);
        long beginning = Stopwatch.GetTimestamp();
        TimeSpan timeMax = TimeSpan.FromSeconds(options.Seconds);
        for (; Stopwatch.GetElapsedTime(beginning) < timeMax && _signatures.Count < FindingsMax; _iteration++)
        {
            mark.Value = _iteration;
            _input = run.Input(_iteration);
            Volatile.Write(ref _started, Stopwatch.GetTimestamp());
            FuzzFinding? finding = run.Try(_input);
            Volatile.Write(ref _started, 0);
            if (finding is not null && _signatures.Add(finding.Signature))
                _findings.Write(finding, _iteration, Minimiser.Reduce(run, finding, s_minimising));
        }

        double seconds = Stopwatch.GetElapsedTime(beginning).TotalSeconds;
        Console.WriteLine(
            $"{target.Name,-18} {_iteration,9} inputs in {seconds,5:F1} s, {_iteration / seconds,7:F0} a second, {run.Accepted,8} read,"
            + $" {_signatures.Count} findings");
        return _signatures.Count == 0 ? 0 : 1;
    }

    private void Watch()
    {
        using Process self = Process.GetCurrentProcess();
        while (true)
        {
            Thread.Sleep(100);
            long started = Volatile.Read(ref _started);
            bool isLate = started != 0 && Stopwatch.GetElapsedTime(started) > FuzzLimits.Time;
            self.Refresh();
            if (!isLate && self.WorkingSet64 < ResidentBytesMax)
                continue;
            string signature = isLate ? "time" : "memory";
            string detail = isLate ? $"not done after {FuzzLimits.Time}" : $"the process holds {self.WorkingSet64} bytes";
            _findings.Write(new FuzzFinding(signature, detail, _input), _iteration, null);
            Environment.Exit(1);
        }
    }
}
