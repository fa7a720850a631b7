using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using ForkTrace.Events;
using ForkTrace.Ingest;
using ForkTrace.TestKit;

namespace ForkTrace.Benchmarks;

/// <summary>
/// The search for grace periods, per burst of RCU softirqs, and its slow twin in the same run. The twin is the search before it was
/// optimised.
/// </summary>
internal static class GracePeriodBenchmark
{
    private const double AimUs = 5;

    private const string Notes =
        """

        The aim was set on a machine on which the search took 20 us. The slow twin is that search, so the ratio of the two columns is more reliable
        than either of them. The memory of a running search does not grow with the recording. Its result grows by 12 bytes per grace period.
        """;

    public static void Run(TextWriter output, int forks, int rounds)
    {
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            # Speed of the search for grace periods

            Written by `dotnet run -c Release --project tests/Benchmarks -- rcu --forks {forks} --runs {rounds} > docs/rcu-performance.md`,
            on {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} CPUs.

            CPU time per burst of RCU softirqs, the least of {rounds} rounds. The slow twin is the search as it was before (`tests/TestKit`); tests
            check that both find the same grace periods. Allocated is what one search allocates, including its result.

            | load | bursts | slow twin, us per burst | search, us per burst | aim, us | allocated, bytes per burst |
            |---|---:|---:|---:|---:|---:|
            """));
        foreach (string name in new[] { "vm-6.1/pthread.dat", "vm-6.1/prefork.dat" })
        {
            using EventTable events = TraceReader.Read(RepositoryFiles.SampleTrace(name));
            Report(output, name, events, rounds);
        }

        foreach (int cpus in new[] { 2, 8, 64 })
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"{forks} processes at random, {cpus} CPUs");
            Report(output, name, SoftirqLoad.Make(1, cpus, 2_500_000, forks: forks).Events, rounds);
        }

        output.WriteLine(Notes);
    }

    private static void Report(TextWriter output, string name, EventTable events, int rounds)
    {
        double slow = double.MaxValue, fast = double.MaxValue;
        long allocated = 0;
        for (int round = 0; round < rounds; round++)
        {
            GracePeriods periods = new(events);
            slow = Math.Min(slow, CpuSeconds(periods.FindSlowly));
            long before = GC.GetAllocatedBytesForCurrentThread();
            fast = Math.Min(fast, CpuSeconds(periods.Find));
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        int bursts = new GracePeriods(events).Bursts;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {bursts} | {slow * 1e6 / bursts:0.0} | {fast * 1e6 / bursts:0.0} | {AimUs} | {(double)allocated / bursts:0} |"));
    }

    private static double CpuSeconds(Func<object> work)
    {
        TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
        work();
        return (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds;
    }
}
