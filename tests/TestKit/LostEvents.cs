using ForkTrace.Events;

namespace ForkTrace.TestKit;

/// <summary>Recordings as they would be if the recorder had lost events of a CPU.</summary>
public static class LostEvents
{
    /// <summary>The trace without a run of one CPU's rows, and the loss on record, from the row before the run to the one behind it.</summary>
    /// <param name="events">The whole trace.</param>
    /// <param name="cpu">The CPU.</param>
    /// <param name="first">First of the CPU's rows to be lost, counted from 0.</param>
    /// <param name="count">How many.</param>
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
