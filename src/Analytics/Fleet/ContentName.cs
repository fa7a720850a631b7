using ForkTrace.Replay.Conditions;
using ForkTrace.Replay.Engine;

namespace ForkTrace.Analytics.Fleet;

/// <summary>Names derived from content, so that the same content has the same name on every machine.</summary>
public static class ContentName
{
    // A run's number has at most 53 bits, so that JSON holds it exactly: the engine's version, then a digest. Of two runs over the same cell,
    // the one of the later engine has the larger number and counts as the latest.
    private const int NumberDigits = 12;

    /// <summary>The digest of a text: 32 hexadecimal digits (XXH128).</summary>
    public static string Of(string text)
    {
        string digest = RecordingDigest.Of(text);
        return digest[(digest.IndexOf(':', StringComparison.Ordinal) + 1)..];
    }

    /// <summary>The name for the results of a plan over a recording: a digest of the recording's facts, the question and the versions.</summary>
    /// <param name="facts">The recording. Its file name does not count: the same bytes are the same recording.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="run">Version and label of the run.</param>
    /// <param name="host">The machine; null if unknown.</param>
    public static string Of(TraceFacts facts, ReplayPlan plan, RunDescription run, string? host)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(run);
        return Of(string.Join('\n', TraceFactsJson.Serialize(facts with { Trace = "" }), Question(plan), run.Version, run.Label, host));
    }

    /// <summary>The number of the run with that name.</summary>
    public static long RunNumber(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        long digest = long.Parse(name.AsSpan(0, NumberDigits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return ((long)ReplayEngine.Version << (4 * NumberDigits)) + digest;
    }

    /// <summary>Everything that determines the results apart from the recording: one line per policy, condition and version.</summary>
    public static string Question(ReplayPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        IEnumerable<string> policies = plan.Policies.Select(policy => string.Create(
            CultureInfo.InvariantCulture, $"{policy} {policy.AskedFor} {policy.Policy.Descriptor.Version} {policy.Policy.Origin}"));
        IEnumerable<string> conditions = ConditionDefinition.All.Select(condition => $"{condition.Name}={condition.Print(plan.Conditions)}");
        return string.Join('\n', (string[])
        [
            string.Create(CultureInfo.InvariantCulture, $"schema {SchemaScripts.Latest} engine {ReplayEngine.Version} reuse {plan.Reuse}"),
            $"costs {plan.Conditions.Costs.Fingerprint}",
            .. policies,
            .. conditions,
        ]);
    }

    /// <summary>The plan as arguments of <c>forktrace run</c>.</summary>
    public static IEnumerable<string> Arguments(ReplayPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        foreach (string policy in plan.Policies.Select(policy => policy.ToString()).Distinct())
        {
            yield return "--policy";
            yield return policy;
        }

        foreach (ConditionDefinition condition in ConditionDefinition.All)
        {
            string text = condition.Print(plan.Conditions);
            if (text == condition.Print(ReplayConditions.Default))
                continue;
            yield return $"--{condition.Name}";
            yield return text;
        }
    }
}
