using ForkTrace.Analytics.Comparison;
using ForkTrace.Cli;
using ForkTrace.Cli.Options;
using ForkTrace.Cli.Shared;

namespace ForkTrace.Fuzz.Targets;

/// <summary><c>--probe-map</c>.</summary>
internal sealed class ProbeMapTarget() : ConfigurationTarget("probe-map", typeof(UsageException), typeof(RuleException))
{
    public override IReadOnlyList<byte[]> Seeds() =>
    [
        """
        [[probe]]
        event = "gt:vmalloc"
        means = "stack-mapped"
        where = "size == 16384 && align >= 0x4000"

        [[probe]]
        event = "gt:put"
        means = "stack-released"
        where = "ref == 1 && cpu != -3"
        tid = "pid"
        cpu = "cpu"

        [[probe]]
        event = "ftrace:function"
        means = "callback-ran"
        where = "ip == thread_stack_free_rcu"

        """u8.ToArray(),
    ];

    protected override void Read(string path) => ProbeMapOption.Read(path);
}
