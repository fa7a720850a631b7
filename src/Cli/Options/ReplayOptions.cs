using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using ForkTrace.Cli.Completion;
using ForkTrace.Cli.Rendering;
using ForkTrace.Cli.Streams;
using ForkTrace.Events;
using ForkTrace.Replay;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Costs;
using ForkTrace.Replay.Engine;

namespace ForkTrace.Cli.Options;

/// <summary>What a command replays: policies, cost model, seed, and what of time it shows.</summary>
internal sealed class ReplayOptions
{
    private const string Both = "both";
    private const string Full = "full";

    // A window is a row of 48 bytes in every cell.
    private const long WindowsMax = 1_000_000;

    private readonly Option<string[]> _policies = new("--policy")
    {
        Description = "A policy to replay, with its parameters; may be given several times. Without it: the default policies, and those "
            + "plugged in.",
        HelpName = "NAME[:param=value,...]",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> _costModel = new("--cost-model")
    {
        Description = "What a fork pays for its stack: a shipped model (see forktrace list cost-models) or a file.",
        HelpName = "NAME|FILE",
        DefaultValueFactory = _ => CostModelCatalog.Default,
    };

    private readonly Option<string?> _window = Duration(
        "--window", "Count hits and stacks by windows of this length (100ms); with --json they are shown.");
    private readonly Option<string?> _warmup = Duration(
        "--warmup", "Leave this time (1s) from the recording's start out of all figures: caches fill in it.");
    private readonly Option<string> _start = SharedOptions.Choice(
        "--start",
        "What caches hold when the recording begins. both: rows are from empty caches, with hits and mean cost from full ones beside them; "
            + "empty saves the second replay; full: rows are from full caches.",
        Both,
        "empty",
        Full);

    private readonly Option<bool> _reuse = new("--reuse")
    {
        Description = "Follow which cached stack is reused when and by whose process; with --json it is shown. Sweeps take longer.",
    };

    private readonly ConditionOptions _conditions;
    private readonly PluginOptions _plugins;

    public ReplayOptions(Command command)
    {
        _policies.OfferPoliciesWithParameters();
        _costModel.OfferCostModels();
        command.Add(_policies);
        _plugins = new PluginOptions(command);
        command.Add(_costModel);
        command.Add(_window);
        command.Add(_warmup);
        command.Add(_start);
        command.Add(_reuse);
        _conditions = ConditionOptions.ForFigures(command);
    }

    /// <summary>The policies there are, as help shows them: names, defaults and ranges from their descriptors.</summary>
    public static IEnumerable<string> PolicyNotes()
    {
        yield return "Policies (* default):";
        int width = PolicyCatalog.All.Max(policy => policy.Descriptor.Name.Length);
        foreach (PolicyEntry policy in PolicyCatalog.All)
        {
            PolicyDescriptor descriptor = policy.Descriptor;
            string mark = PolicyCatalog.Defaults.Contains(descriptor.Name) ? "*" : " ";
            yield return $"  {mark} {descriptor.Name.PadRight(width)}  {descriptor.Summary}";
            foreach (PolicyParameter parameter in descriptor.Parameters)
            {
                string range = string.Create(
                    CultureInfo.InvariantCulture, $"default: {parameter.Default}; {parameter.Min} to {parameter.Max} {parameter.Unit}");
                yield return $"        :{parameter.Name}=N  {parameter.Summary} [{range}]";
            }
        }

        yield return "";
    }

    /// <summary>The plan that was asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="threads">Threads that may replay at a time.</param>
    /// <param name="capacities">What a policy that has a capacity, and is given none, is replayed with; empty for its default.</param>
    public ReplayPlan Plan(ParseResult parsed, int threads, ImmutableArray<long> capacities = default) =>
        _conditions.Apply(parsed, Unconditioned(parsed, threads, capacities.IsDefault ? [] : capacities));

    private ReplayPlan Unconditioned(ParseResult parsed, int threads, ImmutableArray<long> capacities) => new()
    {
        Policies = Policies(parsed, capacities),
        Costs = CostModelCatalog.Load(parsed.GetRequiredValue(_costModel)),
        WindowNs = parsed.GetValue(_window) is { } window ? DurationText.ParseNs(window) : 0,
        WarmupNs = parsed.GetValue(_warmup) is { } warmup ? DurationText.ParseNs(warmup) : 0,
        Bracket = parsed.GetValue(_start) == Both,
        StartFull = parsed.GetValue(_start) == Full,
        Reuse = parsed.GetValue(_reuse),
        Threads = threads,
    };

    /// <summary>Refuses what no trace of this length can answer.</summary>
    public static void RefuseUnfit(ReplayPlan plan, TraceFacts facts)
    {
        ConditionOptions.RefuseUnfit(plan, facts);
        if (facts.ClockUnit != "ns")
            return;
        long durationNs = facts.LastNs - facts.FirstNs;
        if (plan.WindowNs > 0 && durationNs / plan.WindowNs >= WindowsMax)
            throw new UsageException($"--window divides {facts.Trace} into more than {WindowsMax} windows");
        if (plan.WarmupNs > 0 && plan.WarmupNs >= durationNs)
            throw new UsageException($"--warmup leaves nothing of {facts.Trace}, which lasts {Readable.Duration(durationNs)}");
    }

    private static Option<string?> Duration(string name, string description)
    {
        Option<string?> option = new(name) { Description = description, HelpName = "DURATION" };
        option.Validators.Add(result =>
        {
            try
            {
                foreach (Token token in result.Tokens)
                    _ = DurationText.ParseNs(token.Value);
            }
            catch (FormatException mistake)
            {
                result.AddError($"{name}: {mistake.Message}");
            }
        });
        return option;
    }

    private ImmutableArray<PolicySelection> Policies(ParseResult parsed, ImmutableArray<long> capacities)
    {
        ImmutableArray<PolicyEntry> plugged = _plugins.Policies(parsed);
        string[] given = parsed.GetValue(_policies) is { Length: > 0 } policies
            ? policies
            : [.. PolicyCatalog.Defaults, .. plugged.Select(policy => policy.Descriptor.Name)];
        Dictionary<string, PolicySelection> distinct = new(StringComparer.Ordinal);
        List<PolicySelection> ordered = [];
        foreach (PolicySelection selection in given.SelectMany(text => PolicySelection.ParseAll(Swept(text, plugged, capacities), plugged)))
        {
            if (distinct.TryAdd(selection.ToString(), selection))
                ordered.Add(selection);
            else
                Terminal.Note($"forktrace: {selection} is asked for twice; it is replayed once");
        }

        return [.. ordered];
    }

    private static string Swept(string text, ImmutableArray<PolicyEntry> plugged, ImmutableArray<long> capacities)
    {
        string capacity = PolicyParameter.Capacity.Name;
        if (capacities.IsEmpty
            || text.Contains($"{capacity}=", StringComparison.Ordinal)
            || !PolicySelection.ParseAll(text, plugged)[0].Arguments.Values.ContainsKey(capacity))
        {
            return text;
        }

        string joint = text.Contains(':', StringComparison.Ordinal) ? "," : ":";
        return $"{text}{joint}{capacity}={string.Join('|', capacities)}";
    }
}
