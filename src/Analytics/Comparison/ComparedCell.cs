using System.Collections.Immutable;
using ForkTrace.Lifecycle.Grading;
using ForkTrace.Replay.Costs;

namespace ForkTrace.Analytics.Comparison;

/// <summary>A cell's figures in one of the two sides of a comparison.</summary>
/// <param name="Id">Stable id of trace x policy x parameters x cost model x seed.</param>
/// <param name="Trace">File name of the recording.</param>
/// <param name="TraceDigest">Its digest, behind the algorithm's name and a colon.</param>
/// <param name="Policy">Name of the policy.</param>
/// <param name="Parameters">All parameters, as <c>param=value,...</c>.</param>
/// <param name="CostModel">Name of the cost model.</param>
/// <param name="Seed">Seed of cost draws and of the grace-period model.</param>
/// <param name="Version">Version of ForkTrace that replayed it.</param>
/// <param name="Grade">How far it rests on the recording; null where there is no answer.</param>
/// <param name="Unmet">Why there is no answer; null if there is one.</param>
/// <param name="Metrics">Every figure by its column's name; null where there is none.</param>
public sealed record ComparedCell(
    string Id,
    string Trace,
    string TraceDigest,
    string Policy,
    string Parameters,
    string CostModel,
    string Seed,
    string Version,
    string? Grade,
    string? Unmet,
    ImmutableDictionary<string, double?> Metrics)
{
    /// <summary>Version of what the policy does; null in results from before there was one.</summary>
    public int? PolicyVersion { get; init; }

    /// <summary>Version of what the engine does for every policy; null as above.</summary>
    public int? EngineVersion { get; init; }

    /// <summary>Under what the policy was replayed, as <c>name=value; ...</c>: what is not the default. Empty if all is.</summary>
    public string Conditions { get; init; } = "";

    /// <summary>Name of the algorithm that <see cref="TraceDigest"/> was made by.</summary>
    internal string DigestAlgorithm => TraceDigest[..Math.Max(0, TraceDigest.IndexOf(':', StringComparison.Ordinal))];

    /// <summary>What makes two cells the same question, even if the recording behind the name is another.</summary>
    internal (string Trace, string Policy, string Parameters, string CostModel, string Seed, string Conditions) Question =>
        (Trace, Policy, Parameters, CostModel, Seed, Conditions);

    /// <summary>For a person: <c>make.dat linux-5.18:capacity=2</c>.</summary>
    public override string ToString() => Parameters.Length == 0 ? $"{Trace} {Policy}" : $"{Trace} {Policy}:{Parameters}";
}
