using System.Diagnostics;
using System.Globalization;
using ForkTrace.Cli.Shared;

namespace ForkTrace.Benchmarks;

/// <summary>
/// Measures the anonymous memory of a process: RssAnon in /proc/PID/status, read every millisecond. Pages of mapped files do not count,
/// because the system can reclaim them at any time.
/// </summary>
internal static class AnonymousMemory
{
    public static long PeakBytes(string program, params string[] arguments) => PeakBytes(out _, program, arguments);

    /// <param name="cpu">CPU time of the process, user and system.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    public static long PeakBytes(out TimeSpan cpu, string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        long peak = 0;
        cpu = default;
        do
        {
            peak = Math.Max(peak, CurrentBytes(process.Id));
            cpu = process.HasExited ? cpu : process.TotalProcessorTime;
        }
        while (!process.WaitForExit(1));
        output.Wait();
        return process.ExitCode == 0 ? peak : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed.");
    }

    private static long CurrentBytes(int process)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith("RssAnon:", StringComparison.Ordinal));
            return line is null ? 0 : 1024 * long.Parse(line[8..].Trim().Split(' ')[0], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
