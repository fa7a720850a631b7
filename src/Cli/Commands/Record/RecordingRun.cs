using System.Diagnostics;
using ForkTrace.Lifecycle.Recording;

namespace ForkTrace.Cli.Commands;

/// <summary>Carries a recording plan out: preparation, recorder with workload, and what must follow even if that fails.</summary>
internal sealed class RecordingRun(RecordingPlan plan)
{
    /// <summary>Runs the plan.</summary>
    /// <param name="keepsOutputClean">True if standard output is needed for JSON: then the workload's goes to standard error.</param>
    /// <returns>The exit code of the recorder, which is mostly that of the workload.</returns>
    /// <exception cref="UsageException">Nothing was recorded.</exception>
    public int Run(bool keepsOutputClean)
    {
        // An interrupt ends the workload, not the work that must follow.
        ConsoleCancelEventHandler stay = (_, interrupt) => interrupt.Cancel = true;
        Console.CancelKeyPress += stay;
        try
        {
            int code = 0;
            try
            {
                Prepare();
                code = Start(keepsOutputClean ? ["/bin/sh", "-c", "exec \"$@\" >&2", "sh", .. plan.Arguments] : [.. plan.Arguments]);
            }
            finally
            {
                foreach (string line in plan.After)
                    _ = Start(["/bin/sh", "-c", line]);
            }

            if (!File.Exists(plan.Output))
                throw new UsageException($"nothing was recorded: {plan.Arguments[0]} ended with {code} and left no {plan.Output}");
            return code;
        }
        finally
        {
            // Alone it would be in the way of the next attempt.
            if (!File.Exists(plan.Output))
                File.Delete(plan.KernelFactsFile);
            Console.CancelKeyPress -= stay;
        }
    }

    private void Prepare()
    {
        foreach (string line in plan.Before)
        {
            int code = Start(["/bin/sh", "-c", line]);
            if (code != 0)
                throw new UsageException($"nothing was recorded: '{line.Split('\n')[0]}' ended with {code}");
        }
    }

    private static int Start(string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(arguments[0], arguments[1..]))!;
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception failure)
        {
            throw new UsageException($"cannot run {arguments[0]}: {failure.Message}");
        }
    }
}

/// <summary>The program that is recorded.</summary>
internal static class Workload
{
    /// <summary>What is said of one that is not there.</summary>
    public static string Refusal(string program) =>
        $"cannot run '{program}': there is no such program{(program.Contains('/', StringComparison.Ordinal) ? "" : " in PATH")}";

    /// <summary>True if a shell would find it: by its path, or by its name in a folder of PATH.</summary>
    public static bool IsThere(string program)
    {
        if (program.Contains('/', StringComparison.Ordinal))
            return File.Exists(program);
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return Array.Exists(folders, folder => File.Exists(Path.Combine(folder, program)));
    }
}
