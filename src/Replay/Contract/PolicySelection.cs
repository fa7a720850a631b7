namespace ForkTrace.Replay.Contract;

/// <summary>A policy with its parameters as a user writes them: <c>name</c> or <c>name:param=value,param=value</c>.</summary>
public sealed class PolicySelection
{
    /// <summary>Cells that one text may stand for.</summary>
    public const int ExpandedMax = 8192;

    private PolicySelection(PolicyEntry policy, PolicyArguments arguments, string askedFor, string? reason = null)
    {
        Reason = reason;
        Policy = policy;
        Arguments = arguments;
        AskedFor = askedFor;
    }

    public PolicyEntry Policy { get; }

    public PolicyArguments Arguments { get; }

    /// <summary>The name that was asked for: the policy's, or one that stands for it on a trace.</summary>
    public string AskedFor { get; }

    /// <summary>Why the name that was asked for stands for this policy on the trace; null where it always does.</summary>
    public string? Reason { get; }

    // Parameters that the user set.
    private ImmutableDictionary<string, long> Given { get; init; } = ImmutableDictionary<string, long>.Empty;

    /// <summary>The canonical text, with every parameter named.</summary>
    public override string ToString() =>
        Arguments.Values.IsEmpty ? Policy.Descriptor.Name : $"{Policy.Descriptor.Name}:{Arguments}";

    /// <summary>Reads a selection with one value per parameter.</summary>
    /// <exception cref="PolicyException">The policy or parameter does not exist, or a value is not a number or out of range.</exception>
    public static PolicySelection Parse(string text) => Parse(text, []);

    /// <summary>Same, but also finds policies of plug-ins.</summary>
    /// <exception cref="PolicyException">See <see cref="Parse(string)"/>.</exception>
    public static PolicySelection Parse(string text, ImmutableArray<PolicyEntry> plugged)
    {
        ImmutableArray<PolicySelection> all = ParseAll(text, plugged);
        return all.Length == 1 ? all[0] : throw new PolicyException($"'{text}' stands for {all.Length} policies, but one is expected");
    }

    /// <summary>
    /// Reads selections. A value may be a range <c>a..b</c>, a list <c>a|b</c>, or a list of both. Returns all combinations, each once; the
    /// last parameter changes fastest.
    /// </summary>
    /// <exception cref="PolicyException">As for <see cref="Parse(string)"/>, or more than <see cref="ExpandedMax"/> combinations.</exception>
    public static ImmutableArray<PolicySelection> ParseAll(string text) => ParseAll(text, []);

    /// <summary>Same, but also finds policies of plug-ins.</summary>
    /// <exception cref="PolicyException">See <see cref="ParseAll(string)"/>.</exception>
    public static ImmutableArray<PolicySelection> ParseAll(string text, ImmutableArray<PolicyEntry> plugged)
    {
        ArgumentNullException.ThrowIfNull(text);
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        PolicyEntry policy = PolicyCatalog.ByName(colon < 0 ? text : text[..colon], plugged);
        List<(string Name, List<long> Values)> given = [];
        if (colon >= 0)
        {
            foreach (string part in text[(colon + 1)..].Split(','))
                AddPart(given, ref policy, part, text);
        }

        List<PolicySelection> selections = [];
        AddCombinations(selections, policy, given, new Dictionary<string, long>(StringComparer.Ordinal), text);
        return [.. selections];
    }

    /// <summary>The same policy with another value of a parameter.</summary>
    /// <exception cref="PolicyException">The parameter does not exist, or the value is out of range.</exception>
    public PolicySelection With(string parameter, long value)
    {
        Dictionary<string, long> values = new(Arguments.Values, StringComparer.Ordinal) { [parameter] = value };
        return new PolicySelection(Policy, PolicyArguments.Bind(Policy.Descriptor, values), AskedFor, Reason);
    }

    /// <summary>The policy of a trace's own kernel, with its default parameters; <c>linux</c> itself if the trace does not identify its
    /// kernel.</summary>
    public static PolicySelection OwnOf(TraceFacts facts) => Parse("linux").ResolveFor(facts, out _);

    /// <summary>The policy that this selection stands for on a trace: itself, unless it is a name like <c>linux</c>.</summary>
    /// <param name="facts">The trace.</param>
    /// <param name="unresolved">Why the trace does not determine the policy; null if it does.</param>
    public PolicySelection ResolveFor(TraceFacts facts, out string? unresolved)
    {
        unresolved = null;
        if (Policy.Resolve is not { } resolve)
            return WithRecorded(facts, out unresolved);
        (string? name, string? reason) = resolve(facts);
        if (name is null)
        {
            unresolved = reason;
            return this;
        }

        PolicyEntry policy = PolicyCatalog.ByName(name);
        Dictionary<string, long> given = new(StringComparer.Ordinal);
        foreach (PolicyParameter parameter in policy.Descriptor.Parameters)
        {
            if (Arguments.Values.TryGetValue(parameter.Name, out long value))
                given[parameter.Name] = value;
        }

        return new PolicySelection(policy, PolicyArguments.Bind(policy.Descriptor, given), AskedFor, reason);
    }

    private PolicySelection WithRecorded(TraceFacts facts, out string? reason)
    {
        reason = null;
        if (Policy.FromTrace is not { } fromTrace)
            return this;
        try
        {
            Dictionary<string, long> values = new(Arguments.Values, StringComparer.Ordinal);
            foreach ((string name, long value) in fromTrace(facts, Given))
                values[name] = value;
            return new PolicySelection(Policy, PolicyArguments.Bind(Policy.Descriptor, values), AskedFor) { Given = Given };
        }
        catch (PolicyException unmet)
        {
            reason = unmet.Message;
            return this;
        }
    }

    private static void AddCombinations(
        List<PolicySelection> selections,
        PolicyEntry policy,
        List<(string Name, List<long> Values)> given,
        Dictionary<string, long> chosen,
        string text)
    {
        if (chosen.Count == given.Count)
        {
            if (selections.Count == ExpandedMax)
                throw new PolicyException($"'{text}' stands for more than {ExpandedMax} policies");
            selections.Add(new PolicySelection(policy, PolicyArguments.Bind(policy.Descriptor, chosen), policy.Descriptor.Name)
            {
                Given = chosen.ToImmutableDictionary(StringComparer.Ordinal),
            });
            return;
        }

        (string name, List<long> values) = given[chosen.Count];
        foreach (long value in values)
        {
            chosen.Add(name, value);
            AddCombinations(selections, policy, given, chosen, text);
            chosen.Remove(name);
        }
    }

    private static void AddPart(List<(string Name, List<long> Values)> given, ref PolicyEntry policy, string part, string text)
    {
        int equals = part.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
            throw new PolicyException($"'{part}' in '{text}' is not of the form param=value");
        if (given.Exists(other => other.Name == part[..equals]))
            throw new PolicyException($"'{text}' gives {part[..equals]} twice");
        List<long> values = [];
        if (policy.OfModel is { } ofModel && part[..equals] == PolicyEntry.ModelName && part[(equals + 1)..] != ModelOf(policy).ToString(CultureInfo.InvariantCulture))
        {
            policy = ofModel(part[(equals + 1)..]);
            given.Add((PolicyEntry.ModelName, [ModelOf(policy)]));
            return;
        }

        foreach (string item in part[(equals + 1)..].Split('|'))
            AddRange(values, item, text);
        given.Add((part[..equals], [.. values.Distinct()]));
    }

    private static long ModelOf(PolicyEntry policy) => policy.Descriptor.Parameters.Single(parameter => parameter.Name == PolicyEntry.ModelName).Default;

    private static void AddRange(List<long> values, string item, string text)
    {
        int dots = item.IndexOf("..", StringComparison.Ordinal);
        long first = ParseNumber(dots < 0 ? item : item[..dots], text);
        long last = dots < 0 ? first : ParseNumber(item[(dots + 2)..], text);
        if (last < first)
            throw new PolicyException($"the range '{item}' in '{text}' ends before it begins");
        if ((ulong)(last - first) >= ExpandedMax)
            throw new PolicyException($"the range '{item}' in '{text}' has more than {ExpandedMax} values");
        for (long offset = 0; offset <= last - first; offset++)
            values.Add(first + offset);
    }

    private static long ParseNumber(string item, string text) =>
        long.TryParse(item, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
            ? value
            : throw new PolicyException($"'{item}' in '{text}' is not a whole number");
}
