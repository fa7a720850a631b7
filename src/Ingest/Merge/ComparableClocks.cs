namespace ForkTrace.Ingest.Merge;

/// <summary>
/// Checks whether the times of several files can be compared. They can on one machine, under one clock that all CPUs and buffers share.
/// Between machines they can only if the recorder converted one clock to the other (trace-cmd record -A).
/// </summary>
internal static class ComparableClocks
{
    /// <summary>Rejects the files, with a remedy, unless all their times can be compared.</summary>
    public static void Require(IReadOnlyList<RecordingFile> files, Func<RecordingFile, bool> isGuest)
    {
        RecordingFile first = files[0];
        RequireTimes(first);
        HashSet<string> digests = [first.Input.Digest];
        for (int index = 1; index < files.Count; index++)
        {
            RecordingFile other = files[index];
            RequireTimes(other);
            if (!digests.Add(other.Input.Digest))
                throw Twice(other.Path);
            if (!isGuest(other))
                RequireSameMachine(first, other);
            if (!SwitchedOutput.AreOne(first.Decoded.Facts, other.Decoded.Facts))
                RequireOverlap(first, other);
        }
    }

    /// <summary>The rejection of a file that is given twice.</summary>
    public static IngestException Twice(string path) => Incomparable($"{path} is given twice");

    private static void RequireTimes(RecordingFile file)
    {
        TraceFacts facts = file.Decoded.Facts;
        if (facts.Clock.Length == 0)
            throw Incomparable($"{file.Path} does not name the clock of its times");
        if (facts.Clock == "counter")
            throw Incomparable($"{file.Path} has the clock 'counter', which counts events, not time");
    }

    private static void RequireSameMachine(RecordingFile first, RecordingFile other)
    {
        TraceFacts one = first.Decoded.Facts, two = other.Decoded.Facts;
        if (one.Clock != two.Clock || one.ClockUnit != two.ClockUnit)
        {
            throw Incomparable(
                $"{first.Path} has times of clock '{one.Clock}' in {one.ClockUnit} and {other.Path} of '{two.Clock}' in {two.ClockUnit};"
                + " record both with the same clock, such as mono");
        }

        bool isOther = (one.Kernel.Length > 0 && two.Kernel.Length > 0 && one.Kernel != two.Kernel)
            || (one.Machine.Length > 0 && two.Machine.Length > 0 && one.Machine != two.Machine);
        if (isOther)
        {
            throw Incomparable(
                $"{first.Path} is of kernel {one.Kernel} {one.Machine} and {other.Path} of {two.Kernel} {two.Machine}, and neither names"
                + " the other as its host; 'trace-cmd record -A GUEST' records both with times that can be compared");
        }
    }

    private static void RequireOverlap(RecordingFile first, RecordingFile other)
    {
        (long oneFirst, long oneLast) = first.Times();
        (long twoFirst, long twoLast) = other.Times();
        bool isEmpty = oneFirst > oneLast || twoFirst > twoLast;
        if (!isEmpty && (oneFirst > twoLast || twoFirst > oneLast))
        {
            throw Incomparable(
                $"{first.Path} lasts from {Seconds(oneFirst)} to {Seconds(oneLast)} s of its clock and {other.Path} from"
                + $" {Seconds(twoFirst)} to {Seconds(twoLast)}: these times do not overlap, so the files are not one recording");
        }
    }

    private static string Seconds(long ns) => (ns / 1e9).ToString("0.000000", CultureInfo.InvariantCulture);

    private static IngestException Incomparable(string why) => new("not_one_recording", $"the files cannot be merged by time: {why}");
}

/// <summary>What can and cannot be done with a recording whose clock does not count nanoseconds.</summary>
internal static class ClockUnits
{
    private const string Counter = "counter";

    /// <summary>Reports it, unless the clock counts nanoseconds.</summary>
    public static void Tell(TraceFacts facts, IssueList issues)
    {
        if (facts.ClockUnit == "ns")
            return;
        string clock = facts.Clock switch
        {
            Counter => "The clock 'counter' numbers the events and does not measure time",
            "" => "The clock, which is not named, does not count nanoseconds, and its rate is unknown",
            string other => $"The clock '{other}' does not count nanoseconds, and the recording does not contain its rate",
        };
        string remedy = facts.Clock == Counter ? "trace-cmd record -C mono" : "trace-cmd record -C mono (or -C tsc2nsec)";
        string message = $"{clock}: events and their order can be inspected and exported, but not replayed, because RCU and costs need times;"
            + $" record with {remedy}.";
        issues.Warn("no_time_unit", 1, message);
    }
}
