using System.Reflection;
using System.Runtime.InteropServices;
using ForkTrace.TestKit.Fuzzing;
using SharpFuzz;

namespace ForkTrace.Fuzz;

/// <summary>
/// Serves afl-fuzz: takes inputs from it, and reports the branches of this project's assemblies that each input took. A separate process
/// runs the inputs, so that a stack overflow or an endless loop ends only that process.
/// </summary>
internal static class AflRun
{
    private const string OwnAssemblies = "ForkTrace.*.dll";
    private const int MapBytes = 1 << 16;
    private const int WarmUpRuns = 3;
    private static readonly string[] s_neverInstrumented = ["ForkTrace.Fuzz", "ForkTrace.TestKit"];

    /// <summary>Adds calls that count branches to this project's assemblies in a folder, which should be a copy.</summary>
    public static void Instrument(string folder)
    {
        foreach (string assembly in Instrumented(folder))
        {
            int types = Fuzzer.Instrument(assembly, _ => true, Options.Value).Count();
            Console.WriteLine($"{Path.GetFileName(assembly)}: {types} types");
        }
    }

    /// <summary>Runs until afl-fuzz ends it. Any exception except the target's rejection is a crash, and so is too much memory.</summary>
    public static void Serve(IFuzzTarget target)
    {
        // SharpFuzz passes its shared memory to the assemblies that are loaded when it starts.
        foreach (string assembly in Instrumented(AppContext.BaseDirectory))
            Assembly.Load(Path.GetFileNameWithoutExtension(assembly));
        WarmUp(target);
        Fuzzer.OutOfProcess.Run(stream => Run(target, stream));
    }

    /// <summary>Lets instrumented assemblies run before afl-fuzz has given a map, or without it.</summary>
    public static unsafe void PrepareWithoutAfl()
    {
        SharpFuzz.Common.Trace.SharedMem = (byte*)NativeMemory.AllocZeroed(MapBytes);
        SharpFuzz.Common.Trace.OnBranch = (_, _) => { };
    }

    // What runs once per process (static fields, cached lambdas) must not look like new branches of the input that comes first.
    private static void WarmUp(IFuzzTarget target)
    {
        PrepareWithoutAfl();
        foreach (byte[] seed in target.Seeds())
        {
            for (int run = 0; run < WarmUpRuns; run++)
                target.RunAlone(seed);
        }
    }

    private static void Run(IFuzzTarget target, Stream stream)
    {
        using MemoryStream all = new();
        stream.CopyTo(all);
        byte[] input = all.ToArray();
        long before = GC.GetAllocatedBytesForCurrentThread();
        target.RunAlone(input);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (allocated > FuzzLimits.AllocatedBytes(input.Length))
            throw new InvalidOperationException($"{input.Length} bytes made the reader allocate {allocated}");
    }

    private static IEnumerable<string> Instrumented(string folder) =>
        Directory.GetFiles(folder, OwnAssemblies).Append(Path.Combine(folder, "forktrace.dll"))
            .Where(path => !s_neverInstrumented.Contains(Path.GetFileNameWithoutExtension(path)));
}
