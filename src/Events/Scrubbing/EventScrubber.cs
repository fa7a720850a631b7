using System.Security.Cryptography;

namespace ForkTrace.Events.Scrubbing;

/// <summary>
/// Removes from a trace what identifies the machine and its work: task names, cgroup paths, kernel addresses, times of day and of the
/// clock, the command lines of recorder and kernel, the machine's name, file names, free text. What a replay needs stays: order and
/// distances of events, CPUs, tids, kernel release and configuration.
/// </summary>
/// <param name="comms">How to treat task names and cgroup paths.</param>
/// <param name="key">Secret key of the hashes. With the same key, equal names in two traces stay equal.</param>
public sealed class EventScrubber(CommScrubbing comms, ReadOnlyMemory<byte> key)
{
    /// <summary>Shortest key that is accepted. A shorter one could be guessed, and then names could be found by trying.</summary>
    public const int KeyBytesMin = 16;

    private const int HashedNameBytes = 6;

    /// <summary>A random key that is not stored, so that nobody can try names against their hashes.</summary>
    public static byte[] NewKey() => RandomNumberGenerator.GetBytes(32);

    /// <summary>The scrubbed table; <paramref name="events"/> stays as it is.</summary>
    public EventTable Apply(EventTable events)
    {
        ArgumentNullException.ThrowIfNull(events);
        long baseNs = events.Facts.FirstNs;
        bool dropsComms = comms == CommScrubbing.Drop;
        EventColumns scrubbed = new(events.Count);
        for (int row = 0; row < events.Count; row++)
        {
            EventKind kind = events.Kinds[row];
            scrubbed.Add(
                events.TimesNs[row] - baseNs, events.Cpus[row], kind, events.Tasks[row], events.Others[row], events.Tids[row],
                dropsComms ? 0 : events.Comms[row], ValueOf(kind, events.Values[row], dropsComms));
        }

        CommTable names = dropsComms ? CommTable.Empty : new CommTable([.. events.CommNames.Names.Select(HashName)]);
        scrubbed.Complete(FactsOf(events.Facts, baseNs), names);
        return scrubbed;
    }

    private static bool HoldsAddress(EventKind kind) => kind
        is EventKind.StackMap or EventKind.RcuCallback or EventKind.RcuInvokeCallback or EventKind.StackRcuInvoke or EventKind.StackRcuQueue
        or EventKind.ProbeDup or EventKind.ProbeNewTask or EventKind.ProbeCallRcu or EventKind.ProbeStackRcu or EventKind.ProbeVfree
        or EventKind.ProbeDelayedPut or EventKind.ProbeFreeTask
        or EventKind.FunctionStackRcu or EventKind.FunctionVfree or EventKind.FunctionDelayedPut;

    private long ValueOf(EventKind kind, long value, bool dropsCgroups) =>
        HoldsAddress(kind) ? HashAddress(value) : kind == EventKind.Cgroup && dropsCgroups ? 0 : value;

    private string HashName(string name) => name.Length == 0 ? "" : $"t-{ShortHash($"comm {name}")}";

    // Equal paths stay equal. The nesting of cgroups is lost.
    private string HashCgroup(string path) => path.Length == 0 ? "" : $"/c-{ShortHash($"cgroup {path}")}";

    private string ShortHash(string text) => Convert.ToHexStringLower(Hash(text).AsSpan(0, HashedNameBytes));

    // Equal addresses stay equal, so that related events can still be matched.
    private long HashAddress(long address) => address == 0
        ? 0
        : BinaryPrimitives.ReadInt64LittleEndian(Hash(string.Create(CultureInfo.InvariantCulture, $"address {address}"))) & long.MaxValue;

    private byte[] Hash(string text) => HMACSHA256.HashData(key.Span, Encoding.UTF8.GetBytes(text));

    private TraceFacts FactsOf(TraceFacts facts, long baseNs) => facts with
    {
        Trace = "scrubbed",
        Digest = facts.Digest.Length == 0 ? "" : $"hmac-sha256:{Convert.ToHexStringLower(Hash($"digest {facts.Digest}"))}",
        WallClockOffsetNs = null,
        Recorder = "",
        Host = "",
        KernelFacts = facts.KernelFacts with { CommandLine = null, Host = null },
        FirstNs = facts.FirstNs - baseNs,
        LastNs = facts.LastNs - baseNs,
        EventsSkipped = Folded(facts.EventsSkipped),
        Losses = [.. facts.Losses.Select(loss => loss with { FromNs = Rebased(loss.FromNs, baseNs), ToNs = Rebased(loss.ToNs, baseNs) })],
        Issues = [.. facts.Issues.Select(Untold), new ImportIssue(IssueSeverity.Information, "scrubbed", Message, 1)],
        Filter = facts.Filter.Length == 0 ? "" : "(removed)",
        Cgroups = [.. facts.Cgroups.Take(comms == CommScrubbing.Drop ? 1 : int.MaxValue).Select(HashCgroup)],
    };

    private string Message => comms == CommScrubbing.Drop
        ? "Task names, addresses, clock times and free text were removed; times count from the first event."
        : "Task names and addresses are keyed hashes; clock times and free text were removed; times count from the first event.";

    // Messages may quote names and times. Code and count contain the essence.
    private static ImportIssue Untold(ImportIssue issue) => issue with
    {
        Message = $"{issue.Code.Replace('_', ' ')} (the text was removed).",
    };

    // The user chose the names of probes.
    private static ImmutableSortedDictionary<string, long> Folded(ImmutableSortedDictionary<string, long> skipped) =>
        skipped.IsEmpty ? skipped : skipped.Clear().Add("scrubbed", skipped.Values.Sum());

    private static long Rebased(long timeNs, long baseNs) => timeNs is long.MinValue or long.MaxValue ? timeNs : timeNs - baseNs;
}

/// <summary>How task names are treated in a scrubbed trace.</summary>
public enum CommScrubbing
{
    /// <summary>Each becomes a keyed hash: equal names stay equal.</summary>
    Hash,

    /// <summary>All become the empty, unknown name.</summary>
    Drop,
}
