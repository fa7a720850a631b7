using ForkTrace.Learning.Corpus;

namespace ForkTrace.Learning.Judging;

/// <summary>
/// The most that policies that reuse dead tasks' stacks can hit on average over recordings, with hindsight, for the memory that they hold
/// on average: the hits that take least memory for what they add, whichever recording they are in. No policy within that mean hits more
/// (<see cref="HindsightBound"/>).
/// </summary>
internal sealed class PooledBound
{
    private readonly (int Recording, double Stacks, double HitRate)[] _hits;

    private PooledBound((int Recording, double Stacks, double HitRate)[] hits) => _hits = hits;

    public static PooledBound Of(IReadOnlyList<CorpusRecording> recordings)
    {
        List<(int Recording, double Stacks, double HitRate)> hits = [];
        for (int recording = 0; recording < recordings.Count; recording++)
        {
            HindsightBound bound = HindsightBound.Of(recordings[recording].Context);
            double before = 0;
            foreach (double heldNs in bound.HeldNs)
            {
                double stacks = (heldNs - before) / bound.TimeNs / recordings[recording].Context.Machine.Cpus;
                hits.Add((recording, stacks, 1.0 / bound.Allocations));
                before = heldNs;
            }
        }

        return new PooledBound([.. hits.OrderBy(hit => hit.Stacks / hit.HitRate)]);
    }

    /// <summary>The most hits for so many stacks per CPU, where each recording counts as often as its weight says.</summary>
    public double HitRate(double stacksPerCpu, double[] weights)
    {
        double total = weights.Sum();
        double left = stacksPerCpu * total;
        double hitRate = 0;
        foreach ((int recording, double stacks, double gain) in _hits)
        {
            left -= weights[recording] * stacks;
            if (left < 0)
                break;
            hitRate += weights[recording] * gain;
        }

        return hitRate / total;
    }
}
