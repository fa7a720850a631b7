using ForkTrace.Cli.Completion;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;

namespace ForkTrace.Cli.Commands;

/// <summary>The options for what a command replays: policies, conditions, and whether reuse is tracked.</summary>
internal sealed class ReplayOptions
{
    /// <summary>The option that tracks reuse, and its key in plan files.</summary>
    public const string ReuseName = "reuse";

    private readonly Option<string[]> _policies = new("--policy")
    {
        Description = "A policy to replay, with its parameters; may be given several times. Without it: the default policies, and those "
            + "plugged in.",
        HelpName = "NAME[:param=value,...]",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<bool> _reuse = new($"--{ReuseName}")
    {
        Description = "Show when cached stacks are reused, and by whom; only with --json. Sweeps take longer.",
    };

    private readonly ConditionOptions _conditions;
    private readonly PluginOptions _plugins;

    public ReplayOptions(Command command)
    {
        _policies.OfferPoliciesWithParameters();
        command.Add(_policies);
        _plugins = new PluginOptions(command);
        _conditions = ConditionOptions.ForFigures(command);
        command.Add(_reuse);
    }

    /// <summary>The note that says where to find the policies.</summary>
    public static IEnumerable<string> PolicyNotes() => ["Policies and their parameters: forktrace list policies."];

    /// <summary>The plan that the user asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="threads">Threads that may replay at a time.</param>
    public ReplayPlan Plan(ParseResult parsed, int threads)
    {
        ReplayRequest request = new()
        {
            Policies = [.. parsed.GetValue(_policies) ?? []],
            Plugged = _plugins.Policies(parsed),
            Conditions = _conditions.Read(parsed),
            Reuse = parsed.GetValue(_reuse),
        };
        return request.Plan(threads);
    }
}
