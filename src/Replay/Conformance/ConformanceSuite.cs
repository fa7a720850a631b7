namespace ForkTrace.Replay.Conformance;

/// <summary>What must hold of every policy, whoever wrote it: for the catalogue in tests, for plug-ins in <c>forktrace policy check</c>.</summary>
public static class ConformanceSuite
{
    public static ImmutableArray<ConformanceCheck> All { get; } =
    [
        new("descriptor", "It has a name and a summary, and defaults within ranges.", DescriptorCheck.Require),
        new("conservation", "Every stack is somewhere: live, cached, waiting, or freed; figures agree.", SoundnessChecks.RequireConservation),
        new("parameter-ends", "Both ends of every parameter's range are taken, and nothing beyond.", SoundnessChecks.RequireParameterEnds),
        new("empty-trace", "A trace without events has no figures and breaks nothing.", SoundnessChecks.RequireEmptyTrace),
        new("unmatched", "Deaths of tasks never forked and frees of tasks never dead are taken.", SoundnessChecks.RequireUnmatched),
        new("release", "No dead task keeps its stack once it is freed itself.", SoundnessChecks.RequireRelease),
        new("start-full", "From full caches nothing is lost or invented either.", SoundnessChecks.RequireStartFull),
        new("lost-events", "Where events were lost, no stack stays in the CPU's cache, and none is invented.", SoundnessChecks.RequireLostEvents),
        new("bookkeeping", "Caches give and drop stacks where Reach, MovesCached and SpansCpus say.", SoundnessChecks.RequireBookkeeping),
        new("span", "If an operation on one CPU changes what another has cached, SpansCpus is set.", SpanCheck.Require),
        new("determinism", "Every figure is the same again, at any number of threads.", RepeatChecks.RequireDeterminism),
        new("one-pass", "If it says that it only counts, one pass gives the figures of single replays.", RepeatChecks.RequireOnePass),
        new("bound", "It hits no more than one pool without bound for the whole machine.", RepeatChecks.RequireBound),
        new("no-allocation", "An operation allocates no managed memory.", AllocationCheck.Require),
    ];

    /// <summary>All checks of one policy, each whatever the others say.</summary>
    public static ImmutableArray<ConformanceOutcome> Run(PolicyEntry policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return [.. All.Select(check => new ConformanceOutcome(check, FailureOf(check, policy)))];
    }

    private static string? FailureOf(ConformanceCheck check, PolicyEntry policy)
    {
        try
        {
            check.Require(policy);
            return null;
        }
        catch (ConformanceException failure)
        {
            return failure.Message;
        }
#pragma warning disable CA1031 // A policy is foreign code: whatever it throws is its failure, not this program's.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Exception cause = failure.GetBaseException();
            string? place = cause.StackTrace?.Split('\n')[0].Trim();
            return $"{cause.GetType().Name}: {cause.Message}{(place is null ? "" : $" ({place})")}";
        }
    }

    /// <summary>Fails the check unless a condition holds.</summary>
    internal static void Require(bool holds, [InterpolatedStringHandlerArgument(nameof(holds))] ref FailureText text)
    {
        if (!holds)
            throw new ConformanceException(text.ToString());
    }
}

/// <summary>One thing that must hold of every policy.</summary>
/// <param name="Name">One word or two, as results show it.</param>
/// <param name="Summary">What must hold.</param>
/// <param name="Require">Throws a <see cref="ConformanceException"/> if it does not hold; whatever else it throws is a failure too.</param>
public sealed record ConformanceCheck(string Name, string Summary, Action<PolicyEntry> Require);

/// <summary>A policy does what no policy may: says on which trace, what was found and what is allowed.</summary>
public sealed class ConformanceException(string message) : Exception(message);

/// <summary>What came of a check.</summary>
/// <param name="Check">The check.</param>
/// <param name="Failure">Why it failed; null if it holds.</param>
public sealed record ConformanceOutcome(ConformanceCheck Check, string? Failure);

/// <summary>The text of a failure, put together only if there is one.</summary>
[InterpolatedStringHandler]
internal readonly ref struct FailureText
{
    private readonly StringBuilder? _text;

    public FailureText(int literalLength, int formattedCount, bool holds, out bool isNeeded)
    {
        isNeeded = !holds;
        _text = holds ? null : new StringBuilder(literalLength + (formattedCount * 16));
    }

    public void AppendLiteral(string text) => _text!.Append(text);

    public void AppendFormatted<T>(T value) => _text!.Append(CultureInfo.InvariantCulture, $"{value}");

    public override string ToString() => _text?.ToString() ?? "";
}
