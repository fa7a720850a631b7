using System.Diagnostics;

namespace ForkTrace.TestKit.Fuzzing;

/// <summary>Makes a finding's input smaller while it still shows the same bug: cuts it, then removes blocks, then zeroes blocks.</summary>
public static class Minimiser
{
    /// <summary>The smallest input found within the time.</summary>
    public static FuzzFinding Reduce(FuzzRun run, FuzzFinding finding, TimeSpan timeMax)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(finding);
        long started = Stopwatch.GetTimestamp();
        FuzzFinding best = finding;
        bool Keeps(byte[] candidate)
        {
            if (Stopwatch.GetElapsedTime(started) > timeMax || run.Try(candidate) is not { } found || found.Signature != best.Signature)
                return false;
            best = found;
            return true;
        }

        for (int block = best.Input.Length / 2; block > 0; block /= 2)
        {
            while (best.Input.Length > block && Keeps(best.Input[..^block]))
                continue;
        }

        for (int block = best.Input.Length / 2; block > 0; block /= 2)
        {
            for (int at = 0; at + block <= best.Input.Length; at += block)
            {
                while (at + block <= best.Input.Length && Keeps([.. best.Input[..at], .. best.Input[(at + block)..]]))
                    continue;
            }
        }

        for (int block = best.Input.Length / 2; block > 0; block /= 2)
        {
            for (int at = 0; at + block <= best.Input.Length; at += block)
            {
                byte[] zeroed = [.. best.Input];
                zeroed.AsSpan(at, block).Clear();
                if (!zeroed.AsSpan().SequenceEqual(best.Input))
                    Keeps(zeroed);
            }
        }

        return best;
    }
}
