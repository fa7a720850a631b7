using ForkTrace.Events;

namespace ForkTrace.TestKit;

/// <summary>Makes recordings in which the recorder lost events of a CPU.</summary>
public static class LostEvents
{
    /// <summary>The trace without a run of one CPU's rows, with a loss interval from the row before the run to the row after it.</summary>
    /// <param name="events">The whole trace.</param>
    /// <param name="cpu">The CPU.</param>
    /// <param name="first">Index of the first lost row among the CPU's rows, from 0.</param>
    /// <param name="count">Number of lost rows.</param>
    public static EventTable Of(EventTable events, int cpu, int first, int count)
    {
        ArgumentNullException.ThrowIfNull(events);
        int[] ofCpu = [.. Enumerable.Range(0, events.Count).Where(row => events.Cpus[row] == cpu)];
        HashSet<int> lost = [.. ofCpu.Skip(first).Take(count)];
        long fromNs = first == 0 ? long.MinValue : events.TimesNs[ofCpu[first - 1]];
        long toNs = first + count < ofCpu.Length ? events.TimesNs[ofCpu[first + count]] : long.MaxValue;
        EventColumns kept = new(events.Count);
        for (int row = 0; row < events.Count; row++)
        {
            if (lost.Contains(row))
                continue;
            kept.Add(
                events.TimesNs[row], events.Cpus[row], events.Kinds[row], events.Tasks[row], events.Others[row], events.Tids[row],
                events.Comms[row], events.Values[row]);
        }

        LossInterval loss = new(cpu, fromNs, toNs, lost.Count);
        kept.Complete(
            events.Facts with { Losses = [.. events.Facts.Losses, loss], Lost = events.Facts.Lost + lost.Count }, events.CommNames);
        return kept;
    }
}
