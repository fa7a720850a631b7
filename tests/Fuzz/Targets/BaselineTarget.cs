using ForkTrace.Analytics;
using ForkTrace.Analytics.Comparison;
using ForkTrace.Analytics.Storage;

namespace ForkTrace.Fuzz.Targets;

/// <summary>The baseline of a comparison.</summary>
internal sealed class BaselineTarget() : ConfigurationTarget("baseline", typeof(ResultsDatabaseException))
{
    public override IReadOnlyList<byte[]> Seeds() =>
    [
        """
        {"forktrace_baseline":1,
        "metrics":["hit_rate","misses"],
        "cells":[
        {"cell":"c1","trace":"a","trace_digest":"xxh128:00","policy":"none","parameters":"","cost_model":"lwn-2016","seed":"0",
        "version":"0.1.0",
        "policy_version":1,"engine_version":2,"conditions":"","grade":"A","unmet":null,"figures":[0.5,null]},
        {"cell":"c2","trace":"a","trace_sha256":"00","policy":"linux-4.9","parameters":"capacity=2","cost_model":"lwn-2016","seed":"0",
        "version":"0.1.0","policy_version":null,"engine_version":null,"grade":null,"unmet":"x","figures":[1,12]}
        ]}

        """u8.ToArray(),
    ];

    protected override void Read(string path) => BaselineFile.Read(path);
}
