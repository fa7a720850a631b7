using System.Diagnostics;

namespace ForkTrace.Cli.Plugins;

/// <summary>
/// Runs a command in a child process that shares this process's streams. Ends the child when a policy hangs or allocates without bound. If the
/// child fails, the message names the policy that was running.
/// </summary>
internal sealed class PolicyParent(Process child, PolicyMark mark, PolicyLimits limits)
{
    private const int PollMs = 25;
    private const int SignalBase = 128;

    // Longer than the time between two calls of a policy in a replay.
    private const int QuietMs = 100;

    private long _nowMs;
    private Dictionary<long, long> _seenMs = [];
    private (long Entry, long SinceMs) _latest;
    private long _ownBytes;

    /// <summary>Runs the command.</summary>
    /// <returns>The child's exit code, or <see cref="PolicyHandOverException.Fault"/>.</returns>
    public static ExitCode Run(PolicyHandOverException task)
    {
        using TemporaryPath file = TemporaryPath.InTemporaryFolder();
        using PolicyMark mark = PolicyMark.Create(file.Path);
        string[] line = Environment.GetCommandLineArgs();
        string program = Environment.ProcessPath!;
        bool isHosted = Path.GetFileNameWithoutExtension(program) == "dotnet";
        ProcessStartInfo start = new(program, isHosted ? line : line[1..]);
        start.Environment[PolicyChild.MarkVariable] = file.Path;
        using Process child = Process.Start(start)!;
        string? fault = new PolicyParent(child, mark, task.Limits).Watch();
        if (fault is null)
            return (ExitCode)child.ExitCode;
        Terminal.Note($"forktrace: {fault}");
        return task.Fault;
    }

    // Null if the child finished its command.
    private string? Watch()
    {
        while (!child.WaitForExit(PollMs))
        {
            // Count polls, not time: a process that was stopped did no work in that time.
            _nowMs += PollMs;
            if (Excess() is not { } excess)
                continue;
            child.Kill(entireProcessTree: true);
            child.WaitForExit();
            return excess;
        }

        return mark.IsFinished ? null : Ending();
    }

    private string? Ending()
    {
        if (Who().Length == 0)
            return null;
        if (mark.Failure.Length > 0)
            return $"{Who()} threw in a thread of its own: {mark.Failure}";
        return child.ExitCode <= SignalBase ? $"{Who()} ended the process, with exit code {child.ExitCode}"
            : $"{Who()} crashed the process: " + (child.ExitCode - SignalBase) switch
            {
                6 => "its stack is full, or its memory is damaged (SIGABRT)",
                9 => "the kernel killed it for its memory, most likely (SIGKILL)",
                int signal => $"signal {signal}",
            };
    }

    private string Who() => string.Join(" or ", mark.Running.Select(running => running.Policy).DefaultIfEmpty(mark.Latest.Policy).Distinct());

    private string? Excess()
    {
        _seenMs = mark.Running.DistinctBy(running => running.Entry)
            .ToDictionary(running => running.Entry, running => _seenMs.GetValueOrDefault(running.Entry, _nowMs));
        foreach ((string policy, long entry) in mark.Running)
        {
            if (_nowMs - _seenMs.GetValueOrDefault(entry, _nowMs) > limits.Time.TotalMilliseconds)
                return $"{policy} did not come back within {DurationText.Of(limits.Time.Ticks * 100)}: it hangs, or needs a longer --{PolicyLimits.TimeName}";
        }

        return Growth() > limits.MemoryBytes
            ? $"{Who()} made the process grow by more than {limits.MemoryBytes >> 20} MiB, which --{PolicyLimits.MemoryName} allows"
            : null;
    }

    /// <summary>The resident memory of a process in bytes; 0 if it has ended, which it can do at any moment.</summary>
    internal static long ResidentBytes(Process process)
    {
        process.Refresh();
        try
        {
            return process.WorkingSet64;
        }
        catch (InvalidOperationException)
        {
            return 0;
        }
    }

    // Memory that the process has while no policy runs belongs to the tool, mostly to the recording.
    private long Growth()
    {
        long bytes = ResidentBytes(child);
        if (mark.Latest.Entry != _latest.Entry || mark.Running.Any())
            _latest = (mark.Latest.Entry, _nowMs);
        if (_nowMs - _latest.SinceMs > QuietMs || _ownBytes == 0)
            _ownBytes = bytes;
        return bytes - _ownBytes;
    }
}
