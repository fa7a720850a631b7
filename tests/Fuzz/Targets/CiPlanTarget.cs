using ForkTrace.Analytics.Comparison;
using ForkTrace.Replay;
using ForkTrace.Replay.Contract;

namespace ForkTrace.Fuzz.Targets;

/// <summary>The plan of <c>forktrace ci</c>. It refers to recordings next to it; here the plan itself serves as a recording.</summary>
internal sealed class CiPlanTarget() : ConfigurationTarget("ci-plan", typeof(RuleException), typeof(PolicyException))
{
    public override IReadOnlyList<byte[]> Seeds() =>
    [
        """
        traces = ["forktrace-fuzz-*"]
        policies = ["linux-4.9", "linux-5.18:capacity=2"]
        capacities = [1, 2, 4]
        cost-model = "lwn-2016"
        pins = "0.5%:200us"
        policy-file = ["my.cs"]
        seed = 0
        baseline = "forktrace-baseline.json"
        output = "forktrace-results"

        [rules]
        hit_rate = "-0.5pp"

        [[rule]]
        trace = "make*"
        cached_peak_bytes = "+0"

        """u8.ToArray(),
    ];

    protected override void Read(string path) => CiPlan.Load(path, ["cost-model", "pins", "seed", "policy-file"]);
}
