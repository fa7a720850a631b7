using System.Globalization;
using ForkTrace.TestKit;

namespace ForkTrace.Benchmarks;

/// <summary><c>forktrace synth</c> as a whole process: CPU time per fork, and peak anonymous memory.</summary>
internal static class SynthBenchmark
{
    public static void Run(int[] millions)
    {
        string tool = Path.Combine(RepositoryFiles.Root, "src/Cli/bin/Release/net10.0/forktrace.dll");
        string file = Path.Combine(Directory.CreateTempSubdirectory("forktrace-synth").FullName, "load.arrow");
        Console.WriteLine(
            """
            | load, 8 CPUs | forks, millions | file, MiB | CPU s | us per fork | RssAnon, MiB |
            |---|---|---|---|---|---|
            """);
        foreach (string shape in new[] { "sequential", "independent", "build" })
        {
            foreach (int count in millions)
            {
                string[] arguments = [tool, "synth", shape, "--cpus", "8", "--forks", $"{count}000000", "--force", "-o", file];
                double seconds = CommandTime.MedianCpuSeconds([$"dotnet {string.Join(' ', arguments)}"], rounds: 1)[0];
                long bytes = AnonymousMemory.PeakBytes("dotnet", arguments);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {shape} | {count} | {new FileInfo(file).Length >> 20} | {seconds:0.0} | {seconds / count:0.00} | {bytes >> 20} |"));
            }
        }

        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }
}
