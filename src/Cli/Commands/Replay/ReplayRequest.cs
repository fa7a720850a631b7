using ForkTrace.Replay;
using ForkTrace.Replay.Conditions;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;

namespace ForkTrace.Cli.Commands;

/// <summary>What a user asks to replay, on a command line or in a plan file.</summary>
internal sealed record ReplayRequest
{
    /// <summary>The policies, with ranges and lists of parameters. Empty means the default policies and those from files.</summary>
    public required ImmutableArray<string> Policies { get; init; }

    /// <summary>Capacities for the policies that have this parameter and for which the user gave none. Empty means their defaults.</summary>
    public ImmutableArray<long> Capacities { get; init; } = [];

    /// <summary>Policies that are not in the catalogue.</summary>
    public ImmutableArray<PolicyEntry> Plugged { get; init; } = [];

    public required ReplayConditions Conditions { get; init; }

    public bool Reuse { get; init; }

    /// <summary>The plan for this request.</summary>
    /// <exception cref="PolicyException">A policy or parameter does not exist.</exception>
    public ReplayPlan Plan(int threads) =>
        new() { Policies = Selections(), Conditions = Conditions, Reuse = Reuse, Threads = threads };

    private ImmutableArray<PolicySelection> Selections()
    {
        IEnumerable<string> given = Policies.IsEmpty
            ? [.. PolicyCatalog.Defaults, .. Plugged.Select(policy => policy.Descriptor.Name)]
            : Policies;
        Dictionary<string, PolicySelection> distinct = new(StringComparer.Ordinal);
        List<PolicySelection> ordered = [];
        foreach (PolicySelection selection in given.SelectMany(text => PolicySelection.ParseAll(Swept(text), Plugged)))
        {
            if (distinct.TryAdd(selection.ToString(), selection))
                ordered.Add(selection);
            else
                Terminal.Note($"forktrace: {selection} is given twice; it is replayed once");
        }

        return [.. ordered];
    }

    private string Swept(string text)
    {
        string capacity = PolicyParameter.Capacity.Name;
        if (Capacities.IsEmpty
            || text.Contains($"{capacity}=", StringComparison.Ordinal)
            || !PolicySelection.ParseAll(text, Plugged)[0].Arguments.Values.ContainsKey(capacity))
        {
            return text;
        }

        string joint = text.Contains(':', StringComparison.Ordinal) ? "," : ":";
        return $"{text}{joint}{capacity}={string.Join('|', Capacities)}";
    }
}
