using ForkTrace.Analytics.Comparison;

namespace ForkTrace.Fuzz.Targets;

/// <summary>Rules of a comparison.</summary>
internal sealed class RulesTarget() : ConfigurationTarget("rules", typeof(RuleException))
{
    public override IReadOnlyList<byte[]> Seeds() =>
    [
        """
        [rules]
        hit_rate = "-0.5pp"
        cost_p99_ns = "+5%"

        [[rule]]
        trace = "make*"
        policy = "linux-*"
        parameters = "capacity=2"
        cached_peak_bytes = "+0"

        """u8.ToArray(),
        """
        expect = ["over all: mine:capacity=2.hit_rate >= linux.hit_rate - 0.5pp + 1%", 'best(*.p99_ns) == "linux-6.19"']

        """u8.ToArray(),
        "hit_rate = \"-0.5pp\"\ncost_p99_ns = \"+5%\"\nmisses = 12\n"u8.ToArray(),
    ];

    protected override void Read(string path) => RuleSet.Load(path);
}
