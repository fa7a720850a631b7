using ForkTrace.Learning.Corpus;

namespace ForkTrace.Learning.Judging;

/// <summary>
/// An upper bound of the mean hit rate over recordings, with hindsight, at a mean memory, for policies that reuse dead tasks' stacks. It takes
/// the hits that need the least memory for what they add, in whichever recording they are. No policy within that mean memory hits more
/// (<see cref="HindsightBound"/>).
/// </summary>
internal sealed class PooledBound
{
    private readonly (int Recording, double Memory, double HitRate)[] _hits;

    private PooledBound((int Recording, double Memory, double HitRate)[] hits) => _hits = hits;

    public static PooledBound Of(IReadOnlyList<CorpusRecording> recordings)
    {
        List<(int Recording, double Memory, double HitRate)> hits = [];
        for (int recording = 0; recording < recordings.Count; recording++)
        {
            HindsightBound bound = HindsightBound.Of(recordings[recording].Context);
            double before = 0;
            foreach (double heldNs in bound.HeldNs)
            {
                double memory = (heldNs - before) / bound.TimeNs / recordings[recording].MemoryUnit;
                hits.Add((recording, memory, 1.0 / bound.Allocations));
                before = heldNs;
            }
        }

        return new PooledBound([.. hits.OrderBy(hit => hit.Memory / hit.HitRate)]);
    }

    /// <summary>The highest hit rate at a memory. The weight of a recording says how often it counts.</summary>
    public double HitRate(double memory, double[] weights)
    {
        double total = weights.Sum();
        double left = memory * total;
        double hitRate = 0;
        foreach ((int recording, double taken, double gain) in _hits)
        {
            left -= weights[recording] * taken;
            if (left < 0)
                break;
            hitRate += weights[recording] * gain;
        }

        return hitRate / total;
    }
}
