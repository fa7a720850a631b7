using System.Diagnostics;
using System.Globalization;
using ForkTrace.Cli.Shared;

namespace ForkTrace.Benchmarks;

/// <summary>CPU time of whole processes, from the shell's <c>times</c>: user and system, including children.</summary>
internal static class CommandTime
{
    /// <summary>True if the program is on the PATH.</summary>
    public static bool Exists(string program) => Shell($"command -v {program}", out _) == 0;

    /// <summary>Runs a command; true if it succeeds.</summary>
    public static bool Run(string command) => Shell(command, out _) == 0;

    /// <summary>The median CPU seconds of each command over several rounds. In each round, every command runs once, in sequence.</summary>
    public static double[] MedianCpuSeconds(string[] commands, int rounds)
    {
        List<double>[] seconds = [.. commands.Select(_ => new List<double>())];
        for (int round = 0; round <= rounds; round++)
        {
            for (int command = 0; command < commands.Length; command++)
            {
                double used = CpuSeconds(commands[command]);
                if (round > 0)
                    seconds[command].Add(used);
            }
        }

        return [.. seconds.Select(runs => runs.Order().ElementAt(runs.Count / 2))];
    }

    private static double CpuSeconds(string command)
    {
        if (Shell($"{command} >/dev/null 2>&1 || exit 1; times", out string output) != 0)
            throw new InvalidOperationException($"'{command}' failed.");

        // The second line is for the children: 0m1.234s 0m0.056s.
        return output.Split('\n')[1].Split(' ').Sum(Seconds);
    }

    private static double Seconds(string text)
    {
        int minutes = text.IndexOf('m', StringComparison.Ordinal);
        return (60 * double.Parse(text[..minutes], CultureInfo.InvariantCulture))
            + double.Parse(text[(minutes + 1)..].TrimEnd('s'), CultureInfo.InvariantCulture);
    }

    private static int Shell(string command, out string output)
    {
        using Process shell = Process.Start(new ProcessStartInfo("bash", ["-c", command]) { RedirectStandardOutput = true })!;
        output = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        return shell.ExitCode;
    }
}
