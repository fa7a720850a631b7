using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using ForkTrace.Cli.Streams;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Costs;
using ForkTrace.Replay.Engine;

namespace ForkTrace.Cli.Options;

/// <summary>What a command replays: policies, cost model, seed.</summary>
internal sealed class ReplayOptions
{
    private readonly Option<string[]> _policies = new("--policy")
    {
        Description = "A policy to replay, with its parameters; may be given several times. Without it: the default policies.",
        HelpName = "NAME[:param=value,...]",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> _costModel = new("--cost-model")
    {
        Description = "What a fork pays for its stack: a shipped model (see forktrace list cost-models) or a file.",
        HelpName = "NAME|FILE",
        DefaultValueFactory = _ => CostModelCatalog.Default,
    };

    private readonly Option<ulong> _seed = new("--seed")
    {
        Description = "Drives cost draws and the grace-period model; the same seed gives the same rows.",
        HelpName = "N",
        DefaultValueFactory = _ => 0,
    };

    public ReplayOptions(Command command)
    {
        command.Add(_policies);
        command.Add(_costModel);
        command.Add(_seed);
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
    public ReplayPlan Plan(ParseResult parsed, int threads) => new()
    {
        Policies = Policies(parsed),
        Costs = CostModelCatalog.Load(parsed.GetRequiredValue(_costModel)),
        Seed = parsed.GetValue(_seed),
        Threads = threads,
    };

    private ImmutableArray<PolicySelection> Policies(ParseResult parsed)
    {
        string[] given = parsed.GetValue(_policies) is { Length: > 0 } policies ? policies : [.. PolicyCatalog.Defaults];
        Dictionary<string, PolicySelection> distinct = new(StringComparer.Ordinal);
        List<PolicySelection> ordered = [];
        foreach (PolicySelection selection in given.SelectMany(text => PolicySelection.ParseAll(text)))
        {
            if (distinct.TryAdd(selection.ToString(), selection))
                ordered.Add(selection);
            else
                Terminal.Note($"forktrace: {selection} is asked for twice; it is replayed once");
        }

        return [.. ordered];
    }
}
