using System.Diagnostics;
using System.Globalization;
using ForkTrace.TestKit;

namespace ForkTrace.Benchmarks;

/// <summary>
/// Replays a day of a busy build server, and shorter times, as whole processes: the seven default policies, and 65 capacities of one.
/// Measures wall time, CPU time and peak anonymous memory of one run.
/// </summary>
internal static class LongReplayBenchmark
{
    private static readonly string[] s_policies =
        ["pages-rcu", "pages-early", "vmap-nocache-rcu", "vmap-nocache-early", "rcu-cache", "linux-5.18", "linux-4.9:capacity=0..64"];

    public static void Run(int[] millions)
    {
        string tool = Path.Combine(RepositoryFiles.Root, "src/Cli/bin/Release/net10.0/forktrace.dll");
        string file = Path.Combine(Directory.CreateTempSubdirectory("forktrace-long").FullName, "load.arrow");
        Console.WriteLine(
            """
            | forks, millions | events, millions | file, GiB | wall s | CPU s | us per fork | RssAnon, MiB |
            |---|---|---|---|---|---|---|
            """);
        foreach (int count in millions)
        {
            if (!CommandTime.Run($"dotnet {tool} synth build --cpus 8 --forks {count}000000 --force -o {file} > /dev/null"))
                throw new InvalidOperationException("synth failed.");
            string[] arguments =
            [
                tool, "replay", file,
                .. s_policies.SelectMany(policy => new[] { "--policy", policy }),
            ];
            Stopwatch wall = Stopwatch.StartNew();
            long bytes = AnonymousMemory.PeakBytes(out TimeSpan cpu, "dotnet", arguments);
            double seconds = wall.Elapsed.TotalSeconds;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {count} | {6 * count} | {new FileInfo(file).Length / (double)(1 << 30):0.0} | {seconds:0} | {cpu.TotalSeconds:0} | {cpu.TotalSeconds / count:0.00} | {bytes >> 20} |"));
        }

        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }
}
