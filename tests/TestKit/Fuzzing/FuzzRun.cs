using System.Diagnostics;

namespace ForkTrace.TestKit.Fuzzing;

/// <summary>A target with its inputs. The input of an iteration depends only on target, seed and iteration.</summary>
public sealed class FuzzRun(IFuzzTarget target, int seed)
{
    private readonly Mutator _mutator = new(target.Seeds());

    /// <summary>Number of inputs that were accepted.</summary>
    public long Accepted { get; private set; }

    /// <summary>The input of an iteration, from 0.</summary>
    public byte[] Input(long iteration) => _mutator.Make(new Random(HashCode(seed, iteration)));

    /// <summary>Passes an input to the target. Null if the target accepted or rejected it as it should.</summary>
    public FuzzFinding? Try(byte[] input)
    {
        ArgumentNullException.ThrowIfNull(input);
        long started = Stopwatch.GetTimestamp();
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            // The target must not change the input, because a finding contains it.
            Accepted += target.Run(input) ? 1 : 0;
        }
#pragma warning disable CA1031 // Whatever else comes out of a reader is what is looked for.
        catch (Exception bug)
#pragma warning restore CA1031
        {
            return new FuzzFinding(Signature(bug), bug.ToString(), input);
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (allocated > FuzzLimits.AllocatedBytes(input.Length))
            return new FuzzFinding("memory", $"{input.Length} bytes made the reader allocate {allocated}", input);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        return elapsed > FuzzLimits.Time ? new FuzzFinding("time", $"{input.Length} bytes took {elapsed}", input) : null;
    }

    // HashCode.Combine differs from process to process.
    private static int HashCode(int seed, long iteration)
    {
        ulong hash = ((ulong)(uint)seed << 32) ^ ((ulong)iteration * 0x9E37_79B9_7F4A_7C15);
        hash = (hash ^ (hash >> 30)) * 0xBF58_476D_1CE4_E5B9;
        return (int)(hash >> 33);
    }

    private static string Signature(Exception bug)
    {
        StackFrame? ours = new StackTrace(bug).GetFrames()
            .FirstOrDefault(frame => frame.GetMethod()?.DeclaringType?.FullName?.StartsWith("ForkTrace", StringComparison.Ordinal) == true);
        return $"{bug.GetType().Name} in {ours?.GetMethod()?.DeclaringType?.Name}.{ours?.GetMethod()?.Name}";
    }
}
