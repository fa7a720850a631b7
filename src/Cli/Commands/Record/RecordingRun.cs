using System.Diagnostics;
using ForkTrace.Lifecycle.Recording;

namespace ForkTrace.Cli.Commands;

/// <summary>Runs a recording plan: the preparation, the recorder with its workload, and the cleanup, even after a failure.</summary>
internal sealed class RecordingRun(RecordingPlan plan)
{
    private const int Signalled = 128;

    /// <summary>True once the user has interrupted the workload. No other recording should begin then.</summary>
    public bool WasInterrupted { get; private set; }

    /// <summary>Runs the plan.</summary>
    /// <param name="keepsOutputClean">True if standard output is needed for JSON. The workload then writes to standard error.</param>
    /// <returns>The exit code of the workload; 128 plus the number of the signal if a signal ended it, as in shells.</returns>
    /// <exception cref="UsageException">Nothing was recorded, or the recorder failed: the recording may be incomplete.</exception>
    public int Run(bool keepsOutputClean)
    {
        // The workload gets a signal too and ends. The tool ignores the signal, to run the cleanup.
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stay);
        using PosixSignalRegistration end = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stay);
        using PosixSignalRegistration hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stay);
        using TemporaryPath folder = TemporaryPath.NewFolder(outlivesSignals: true);
        string status = Path.Combine(folder.Path, "status");
        File.WriteAllText(status, "");
        try
        {
            int recorder = 0;
            List<string> failures = [];
            try
            {
                Prepare();
                recorder = Start([.. keepsOutputClean ? Workload.Redirected : [], .. Recorder, .. Workload.Wrapped(plan.Command, status)]);
            }
            finally
            {
                failures.AddRange(plan.After.Where(line => Start(["/bin/sh", "-c", line]) != 0));
            }

            return Judge(recorder, File.ReadAllText(status), failures);
        }
        finally
        {
            Tidy();
        }

        void Stay(PosixSignalContext signal) => signal.Cancel = WasInterrupted = true;
    }

    // The arguments of the plan end with the workload.
    private IEnumerable<string> Recorder => plan.Arguments.SkipLast(plan.Command.Length);

    private int Judge(int recorder, string status, List<string> failures)
    {
        string tool = Recorder.FirstOrDefault("/bin/sh");
        if (!File.Exists(plan.Output))
            throw new UsageException($"nothing was recorded: {tool} ended with {recorder} and left no {plan.Output}");
        bool hasEnded = int.TryParse(status, CultureInfo.InvariantCulture, out int code);
        if (!hasEnded)
            throw new UsageException($"{tool} ended with {recorder} before the workload did: {plan.Output} may be incomplete");

        // When its file is complete, perf ends itself with the signal that ended the recording.
        if (recorder != 0 && !(WasInterrupted && recorder > Signalled))
            throw new UsageException($"{tool} ended with {recorder}, the workload with {code}: {plan.Output} may be incomplete");
        if (failures is [string first, ..])
            throw new UsageException($"the recording was not finished: '{first.Split('\n')[0]}' failed after it");
        return code;
    }

    private void Prepare()
    {
        foreach (string line in plan.Before)
        {
            int code = Start(["/bin/sh", "-c", line]);
            if (code == 0)
                continue;
            string hint = line.EndsWith("/kprobe_events", StringComparison.Ordinal) ? " (--level standard sets no probes)" : "";
            throw new UsageException($"nothing was recorded: '{line.Split('\n')[0]}' ended with {code}{hint}");
        }
    }

    // Remove an empty recording, and facts without a recording: they would block the next attempt. They did not exist before.
    private void Tidy()
    {
        FileInfo recording = new(plan.Output);
        if (recording is { Exists: true, Length: 0 })
            recording.Delete();
        if (!File.Exists(plan.Output))
            File.Delete(plan.KernelFactsFile);
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
    // A shell between recorder and workload always ends with 0, so the exit code of the recorder is its own. The traps let the shell survive
    // a signal that ends the workload. The workload does not inherit them.
    private const string Script = "status=$1; shift; trap : HUP INT QUIT TERM; \"$@\"; echo $? > \"$status\"";

    /// <summary>The arguments before a command that make it write to standard error.</summary>
    public static ImmutableArray<string> Redirected { get; } = ["/bin/sh", "-c", "exec \"$@\" >&2", "sh"];

    /// <summary>The command that runs a workload and writes its exit code to a file.</summary>
    public static IEnumerable<string> Wrapped(IEnumerable<string> command, string statusFile) =>
        ["/bin/sh", "-c", Script, "sh", statusFile, .. command];

    /// <summary>The message for a workload that does not exist.</summary>
    public static string Refusal(string program) =>
        $"cannot run '{program}': there is no such program{(program.Contains('/', StringComparison.Ordinal) ? "" : " in PATH")}";

    /// <summary>True if a shell would find the program: by its path, or by its name in a folder of PATH.</summary>
    public static bool IsThere(string program)
    {
        if (program.Contains('/', StringComparison.Ordinal))
            return File.Exists(program);
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return Array.Exists(folders, folder => File.Exists(Path.Combine(folder, program)));
    }
}
