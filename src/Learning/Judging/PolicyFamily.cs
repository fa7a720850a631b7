using ForkTrace.Replay.Contract;

namespace ForkTrace.Learning.Judging;

/// <summary>A policy with all values of its parameters that tuning may choose from.</summary>
/// <param name="Name">Its name in tables.</param>
/// <param name="Choices">The values.</param>
internal sealed record PolicyFamily(string Name, ImmutableArray<PolicySelection> Choices)
{
    /// <summary>The policies that the learned policy is compared with.</summary>
    public static ImmutableArray<PolicyFamily> Baselines { get; } =
    [
        Of("fixed", "linux-5.18:capacity=0..6|8|10|12|16|20|24|32|48|64", "linux-4.12:capacity=0..6|8|10|12|16|20|24|32|48|64"),
        Of("adaptive", "adaptive:min=0|1|2|4|8,max=1|2|4|8|16|64,period_ms=1|10|100|1000"),
        Of("ttl", "ttl:capacity=1|2|4|8|16|64,period_ms=1|3|10|30|100|300|1000|3000"),
        Of("budget", "budget:capacity=1..4|6|8|12|16|32,period_ms=1|10|100|1000"),
        Of("refill", "refill:low=1|2|4,high=1|2|3|4|6|8|16|32"),
    ];

    public static PolicyFamily Of(string name, params string[] policies) => new(name, [.. policies.SelectMany(policy => PolicySelection.ParseAll(policy))]);

    /// <summary>The learned policy with each of the models, at several capacities.</summary>
    public static PolicyFamily OfModels(string name, IEnumerable<LearnedModel> models) => new(
        name,
        [
            .. models.DistinctBy(model => model.Id)
                .SelectMany(model => PolicySelection.ParseAll("learned:capacity=2|4|8|64", [LearnedPolicy.EntryOf(model)])),
        ]);
}
