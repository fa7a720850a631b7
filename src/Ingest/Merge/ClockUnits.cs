using ForkTrace.Events;

namespace ForkTrace.Ingest.Merge;

/// <summary>What can and cannot be done with a recording whose clock does not count nanoseconds.</summary>
internal static class ClockUnits
{
    private const string Counter = "counter";

    /// <summary>The issue that says it; null for a clock of nanoseconds.</summary>
    public static ImportIssue? Issue(TraceFacts facts)
    {
        if (facts.ClockUnit == "ns")
            return null;
        string clock = facts.Clock switch
        {
            Counter => "The clock 'counter' numbers the events and tells no time",
            "" => "The clock, which is not named, does not count nanoseconds, and nothing tells its rate",
            string other => $"The clock '{other}' does not count nanoseconds, and the recording does not tell its rate",
        };
        string remedy = facts.Clock == Counter ? "trace-cmd record -C mono" : "trace-cmd record -C mono (or -C tsc2nsec)";
        return new ImportIssue(
            IssueSeverity.Warning,
            "no_time_unit",
            $"{clock}: events and their order can be inspected and exported, but not replayed, for RCU and costs take time;"
            + $" record with {remedy}.",
            1);
    }
}
