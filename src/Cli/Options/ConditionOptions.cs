using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using ForkTrace.Events;
using ForkTrace.Replay;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Lifecycle;

namespace ForkTrace.Cli.Options;

/// <summary>
/// What the recording does not tell of the machine: RCU, pins, topology, workqueues (docs/policies.md), and the seed of what is drawn.
/// </summary>
internal sealed class ConditionOptions
{
    private const long TopologyBytesMax = 4 << 20;

    private readonly Option<ulong> _seed = new("--seed")
    {
        Description = "Drives the grace-period model, pins and cost draws; the same seed gives the same rows.",
        HelpName = "N",
        DefaultValueFactory = _ => 0,
    };

    private readonly Option<string?> _rcu = new("--rcu-model")
    {
        Description = "When and where RCU callbacks run that the recording does not show; always: all of them. "
            + "hz=1000,nocb=1-7,on=0,lazy=10s,always",
        HelpName = "NAME=VALUE,...",
    };

    private readonly Option<string?> _pins = new("--pins")
    {
        Description = "Delay this share of stack releases as readers of /proc do, each for what is left of a pin of this length: "
            + "0.5%:200us.",
        HelpName = "SHARE%:DURATION",
    };

    private readonly Option<string?> _topology = new("--topology")
    {
        Description = "Memory nodes and last-level caches of the CPUs, instead of the recording's own: 0-15:0,16-31:1, or "
            + "node0=0-15;node1=16-31;llc0=0-7;..., or a file with either or with the output of lscpu -p.",
        HelpName = "TEXT|FILE",
    };

    private readonly Option<string?> _vfreeDelay = new("--vfree-delay")
    {
        Description = "How long a workqueue needs for a vfree that it is handed "
            + $"[default: {DurationText.Of(ReplayPlan.DefaultVfreeDelayNs)}].",
        HelpName = "DURATION",
    };

    private ConditionOptions(Command command)
    {
        command.Add(_seed);
        command.Add(_rcu);
        command.Add(_pins);
        command.Add(_topology);
    }

    /// <summary>For a command that asks whether stacks were cached, but not how long a vfree took.</summary>
    public static ConditionOptions ForOutcomes(Command command) => new(command);

    /// <summary>For a command that shows all figures.</summary>
    public static ConditionOptions ForFigures(Command command)
    {
        ConditionOptions conditions = new(command);
        command.Add(conditions._vfreeDelay);
        return conditions;
    }

    /// <summary>The plan under the conditions that were given.</summary>
    public ReplayPlan Apply(ParseResult parsed, ReplayPlan plan)
    {
        plan = plan with { Seed = parsed.GetValue(_seed) };
        if (parsed.GetValue(_rcu) is { } rcu)
            plan = plan with { Rcu = RcuModel.Parse(rcu) };
        if (parsed.GetValue(_pins) is { } pins)
            plan = plan with { Pins = PinModel.Parse(pins) };
        if (parsed.GetValue(_topology) is { } text)
        {
            MachineTopology topology = MachineTopology.Parse(TextOf(text));
            plan = plan with { NodeOfCpu = topology.NodeOfCpu, CacheOfCpu = topology.CacheOfCpu };
        }

        return parsed.GetValue(_vfreeDelay) is { } delay ? plan with { VfreeDelayNs = Delay(delay) } : plan;
    }

    /// <summary>Refuses a topology that leaves out CPUs of a trace, and a model of RCU that names CPUs that the trace does not have.</summary>
    public static void RefuseUnfit(ReplayPlan plan, TraceFacts facts)
    {
        if (!plan.NodeOfCpu.IsEmpty && plan.NodeOfCpu.Length < facts.Cpus)
        {
            throw new UsageException(string.Create(
                CultureInfo.InvariantCulture,
                $"--topology names CPUs 0 to {plan.NodeOfCpu.Length - 1}, but {facts.Trace} has {facts.Cpus} CPUs"));
        }

        RefuseUnknownCpus("nocb", plan.Rcu.OffloadedCpus, facts);
        RefuseUnknownCpus("on", plan.Rcu.HousekeepingCpus, facts);
    }

    // A recording of no CPU at all has no events either, which is said where its cells have no answer.
    private static void RefuseUnknownCpus(string name, ImmutableArray<int> cpus, TraceFacts facts)
    {
        if (!cpus.IsEmpty && facts.Cpus > 0 && cpus[^1] >= facts.Cpus)
        {
            throw new UsageException(string.Create(
                CultureInfo.InvariantCulture,
                $"--rcu-model: {name} names CPU {cpus[^1]}, but {facts.Trace} has CPUs 0 to {facts.Cpus - 1}"));
        }
    }

    // What is neither spelling is meant to be a file.
    private static string TextOf(string given)
    {
        if (given.Contains(':', StringComparison.Ordinal) || given.Contains('=', StringComparison.Ordinal))
            return given;
        if (!File.Exists(given))
            throw new UsageException(
                $"--topology is '{given}', which is no file, nor of the form 0-15:0,16-31:1 or node0=0-15;node1=16-31");
        return new FileInfo(given).Length <= TopologyBytesMax
            ? File.ReadAllText(given)
            : throw new UsageException($"--topology: {given} is longer than {TopologyBytesMax} bytes");
    }

    private static long Delay(string text)
    {
        try
        {
            return DurationText.ParseNs(text);
        }
        catch (FormatException mistake)
        {
            throw new UsageException($"--vfree-delay: {mistake.Message}");
        }
    }
}
