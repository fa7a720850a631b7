using System.Globalization;
using System.Text.RegularExpressions;

namespace ForkTrace.TestKit;

/// <summary>The kernel's text of a recording, damaged in a known way.</summary>
public static partial class DamagedText
{
    /// <summary>Removes a run of a CPU's lines, and adds the line with which the kernel reports that before the CPU's next line.</summary>
    /// <param name="lines">The text.</param>
    /// <param name="cpu">The CPU.</param>
    /// <param name="first">Index of the first lost line among the CPU's lines, from 0.</param>
    /// <param name="count">Number of lost lines. The CPU must have more lines after them.</param>
    public static IEnumerable<string> LoseEvents(IEnumerable<string> lines, int cpu, int first, int count)
    {
        int ofCpu = 0;
        foreach (string line in lines)
        {
            bool isOfCpu = CpuOf(line) == cpu;
            int index = isOfCpu ? ofCpu++ : -1;
            if (index >= first && index < first + count)
                continue;
            if (index == first + count)
                yield return string.Create(CultureInfo.InvariantCulture, $"CPU:{cpu} [LOST {count} EVENTS]");
            yield return line;
        }
    }

    /// <summary>Removes all lines of a CPU, without a report.</summary>
    public static IEnumerable<string> LoseCpu(IEnumerable<string> lines, int cpu) => lines.Where(line => CpuOf(line) != cpu);

    /// <summary>Moves the clock of a CPU forward or back, from one of its lines on.</summary>
    public static IEnumerable<string> StepClock(IEnumerable<string> lines, int cpu, int first, long us)
    {
        int ofCpu = 0;
        foreach (string line in lines)
            yield return CpuOf(line) == cpu && ofCpu++ >= first ? Later(line, us) : line;
    }

    /// <summary>Reuses pids: if an earlier task has been freed, a new task gets its pid.</summary>
    public static IEnumerable<string> ReusePids(IEnumerable<string> lines)
    {
        Dictionary<string, string> names = [];
        Queue<string> free = [];
        foreach (string line in lines)
        {
            Match fork = Forked().Match(line);
            if (fork.Success && free.TryDequeue(out string? reused))
                names[fork.Groups[1].Value] = reused;
            string renamed = Number().Replace(line, pid => names.GetValueOrDefault(pid.Value, pid.Value));
            Match freed = Freed().Match(line);
            if (freed.Success)
                free.Enqueue(names.GetValueOrDefault(freed.Groups[1].Value, freed.Groups[1].Value));
            yield return renamed;
        }
    }

    /// <summary>The CPU of a line; -1 if it is not an event line.</summary>
    public static int CpuOf(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        Match cpu = Cpu().Match(line);
        return cpu.Success && !line.StartsWith('#') ? int.Parse(cpu.Groups[1].Value, CultureInfo.InvariantCulture) : -1;
    }

    private static string Later(string line, long us) => Time().Replace(
        line,
        time =>
        {
            decimal seconds = decimal.Parse(time.Groups[1].Value, CultureInfo.InvariantCulture) + (us / 1_000_000m);
            return string.Create(CultureInfo.InvariantCulture, $" {seconds:0.000000}: ");
        },
        1);

    [GeneratedRegex(@"\[(\d{3,})\]")]
    private static partial Regex Cpu();

    [GeneratedRegex(@" (\d+\.\d{6}): ")]
    private static partial Regex Time();

    [GeneratedRegex(@": task_newtask: pid=(\d+) ")]
    private static partial Regex Forked();

    [GeneratedRegex(@": sched_process_free: comm=\S+ pid=(\d+) ")]
    private static partial Regex Freed();

    // Pids in the recording have three or more digits. Apart from times and flags, no other number has that many.
    [GeneratedRegex(@"(?<=(-|pid=))\d{3,}\b")]
    private static partial Regex Number();
}
