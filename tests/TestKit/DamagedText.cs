using System.Globalization;
using System.Text.RegularExpressions;

namespace ForkTrace.TestKit;

/// <summary>The kernel's text of a recording, damaged in a known way.</summary>
public static partial class DamagedText
{
    /// <summary>Without a run of a CPU's lines, and with the line by which the kernel says so before the CPU's next one.</summary>
    /// <param name="lines">The text.</param>
    /// <param name="cpu">The CPU.</param>
    /// <param name="first">First of the CPU's lines to be lost, counted from 0.</param>
    /// <param name="count">How many; some must follow.</param>
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

    /// <summary>Without any line of a CPU. Nothing says so.</summary>
    public static IEnumerable<string> LoseCpu(IEnumerable<string> lines, int cpu) => lines.Where(line => CpuOf(line) != cpu);

    /// <summary>With the clock of a CPU set forward, or back, from one of its lines on.</summary>
    public static IEnumerable<string> StepClock(IEnumerable<string> lines, int cpu, int first, long us)
    {
        int ofCpu = 0;
        foreach (string line in lines)
            yield return CpuOf(line) == cpu && ofCpu++ >= first ? Later(line, us) : line;
    }

    /// <summary>With pids that go round: each is that of an earlier task that has been freed, where there is one.</summary>
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

    /// <summary>The CPU of a line, -1 if it is no event's.</summary>
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

    // Pids of the recording have three digits or more, and nothing else that is not a time or flags has.
    [GeneratedRegex(@"(?<=(-|pid=))\d{3,}\b")]
    private static partial Regex Number();
}
