using System.Reflection;
using ForkTrace.TestKit.Fuzzing;
using SharpFuzz;

namespace ForkTrace.Fuzz;

/// <summary>
/// Serves afl-fuzz: takes input after input from it, and tells it which branches of our assemblies each one took. A process of its own runs
/// the inputs, so that a full stack or an endless loop ends only that one.
/// </summary>
internal static class AflRun
{
    private const string OwnAssemblies = "ForkTrace.*.dll";
    private static readonly string[] s_neverInstrumented = ["ForkTrace.Fuzz", "ForkTrace.TestKit"];

    /// <summary>Writes calls that count branches into our assemblies of a folder, which should be a copy.</summary>
    public static void Instrument(string folder)
    {
        foreach (string assembly in Instrumented(folder))
        {
            int types = Fuzzer.Instrument(assembly, _ => true, Options.Value).Count();
            Console.WriteLine($"{Path.GetFileName(assembly)}: {types} types");
        }
    }

    /// <summary>Runs until afl-fuzz ends it. An exception that is not the target's rejection is a crash, and so is too much memory.</summary>
    public static void Serve(IFuzzTarget target)
    {
        // SharpFuzz gives its shared memory to the assemblies that are loaded when it begins.
        foreach (string assembly in Instrumented(AppContext.BaseDirectory))
            Assembly.Load(Path.GetFileNameWithoutExtension(assembly));
        Fuzzer.OutOfProcess.Run(stream => Run(target, stream));
    }

    private static void Run(IFuzzTarget target, Stream stream)
    {
        using MemoryStream all = new();
        stream.CopyTo(all);
        byte[] input = all.ToArray();
        long before = GC.GetAllocatedBytesForCurrentThread();
        target.Run(input);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (allocated > FuzzLimits.AllocatedBytes(input.Length))
            throw new InvalidOperationException($"{input.Length} bytes made the reader allocate {allocated}");
    }

    private static IEnumerable<string> Instrumented(string folder) =>
        Directory.GetFiles(folder, OwnAssemblies).Append(Path.Combine(folder, "forktrace.dll"))
            .Where(path => !s_neverInstrumented.Contains(Path.GetFileNameWithoutExtension(path)));
}
