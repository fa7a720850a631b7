using System.Diagnostics;
using System.Globalization;
using ForkTrace.Cli.Shared;
using ForkTrace.TestKit.Fuzzing;

namespace ForkTrace.Fuzz;

/// <summary>A process that fuzzes one target. If it crashes, the current input is the finding.</summary>
internal static class FuzzProcess
{
    private const int ExitFindings = 1;

    /// <summary>True if there was no finding.</summary>
    public static bool Run(IFuzzTarget target, FuzzOptions options)
    {
        string[] arguments =
        [
            target.Name, "--child", "--seconds", options.Seconds.ToString(CultureInfo.InvariantCulture),
            "--seed", options.Seed.ToString(CultureInfo.InvariantCulture), "--findings", options.Findings,
        ];
        using Process child = Process.Start(Environment.ProcessPath!, arguments);
        child.WaitForExit();
        if (child.ExitCode is 0 or ExitFindings)
            return child.ExitCode == 0;
        using IterationMark mark = new(options.Findings, target.Name);
        byte[] input = new FuzzRun(target, options.Seed).Input(mark.Value);
        FuzzFinding death = new("death", $"the process ended with {child.ExitCode}", input);
        new FindingFolder(options.Findings, target.Name, options.Seed).Write(death, mark.Value, null);
        return false;
    }
}
