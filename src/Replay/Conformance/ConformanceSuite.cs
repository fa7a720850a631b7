namespace ForkTrace.Replay.Conformance;

/// <summary>Checks that every policy must pass, whoever wrote it: the catalogue in tests, plug-ins in <c>forktrace policy
/// check</c>.</summary>
public static class ConformanceSuite
{
    public static ImmutableArray<ConformanceCheck> All { get; } =
    [
        new("descriptor", "It has a name and a summary, and its defaults are within their ranges.", DescriptorCheck.Require),
        new("conservation", "Every stack is live, cached, waiting or freed, and the figures agree.", SoundnessChecks.RequireConservation),
        new("parameter-ends", "Parameters accept both ends of their range and nothing beyond.", SoundnessChecks.RequireParameterEnds),
        new("empty-trace", "A trace without events gives no figures and no error.", SoundnessChecks.RequireEmptyTrace),
        new("unmatched", "It accepts deaths without a fork and frees without a death.", SoundnessChecks.RequireUnmatched),
        new("release", "No dead task keeps its stack after its task_struct is freed.", SoundnessChecks.RequireRelease),
        new("start-full", "No stack is lost or invented when caches start full.", SoundnessChecks.RequireStartFull),
        new("lost-events", "Lost events empty the CPU's cache, and no stack is invented.", SoundnessChecks.RequireLostEvents),
        new("bookkeeping", "Stacks leave only the caches that Reach, MovesCached and SpansCpus allow.", SoundnessChecks.RequireBookkeeping),
        new("span", "If an operation on one CPU changes what another has cached, SpansCpus is set.", SpanCheck.Require),
        new("determinism", "A second replay gives the same figures, at any number of threads.", RepeatChecks.RequireDeterminism),
        new("one-pass", "If OnlyCounts is set, one pass gives the same figures as single replays.", RepeatChecks.RequireOnePass),
        new("bound", "It hits at most as often as one unbounded pool for the whole machine.", RepeatChecks.RequireBound),
        new("no-allocation", "An operation allocates no managed memory.", AllocationCheck.Require),
    ];

    /// <summary>Runs all checks of one policy. A failed check does not stop the others.</summary>
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
#pragma warning disable CA1031 // A policy is foreign code: any exception that it throws is its failure, not this program's.
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

/// <summary>A check that every policy must pass.</summary>
/// <param name="Name">One or two words, as results show them.</param>
/// <param name="Summary">The property that it checks.</param>
/// <param name="Require">Throws a <see cref="ConformanceException"/> if the policy fails it. Any other exception is a failure too.</param>
public sealed record ConformanceCheck(string Name, string Summary, Action<PolicyEntry> Require);

/// <summary>A policy fails a check. The message says on which trace, what was found and what is allowed.</summary>
public sealed class ConformanceException(string message) : Exception(message);

/// <summary>The result of a check.</summary>
/// <param name="Check">The check.</param>
/// <param name="Failure">Why it failed; null if it passed.</param>
public sealed record ConformanceOutcome(ConformanceCheck Check, string? Failure);

/// <summary>The text of a failure. It is built only if there is a failure.</summary>
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
