using ForkTrace.TestKit.Fuzzing;

namespace ForkTrace.Fuzz;

/// <summary>Runs one input, from a file or a seed, and reports the result. An unexpected exception ends the process.</summary>
internal static class OneInput
{
    public static int Run(IFuzzTarget target, FuzzOptions options)
    {
        byte[] input = Bytes(target, options);
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool isAccepted = target.Run(input);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Console.WriteLine($"{target.Name}: {input.Length} bytes were {(isAccepted ? "read" : "rejected")}; {allocated} bytes were allocated");
        return allocated > FuzzLimits.AllocatedBytes(input.Length) ? 1 : 0;
    }

    private static byte[] Bytes(IFuzzTarget target, FuzzOptions options)
    {
        if (options.Input is { } path)
            return File.ReadAllBytes(path);
        if (!options.IsStandardInput)
            return new FuzzRun(target, options.Seed).Input(options.Iteration);
        using Stream standard = Console.OpenStandardInput();
        using MemoryStream all = new();
        standard.CopyTo(all);
        return all.ToArray();
    }
}
