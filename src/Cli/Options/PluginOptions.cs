using ForkTrace.Cli.Plugins;
using ForkTrace.Replay.Contract;

namespace ForkTrace.Cli.Options;

/// <summary>Options for policies that are not in the catalogue. The compiler and the plug-ins are loaded only if one is given.</summary>
internal sealed class PluginOptions
{
    /// <summary>The option for C# files, and the key for them in plan files.</summary>
    public const string SourceName = "policy-file";

    /// <summary>The same for assemblies.</summary>
    public const string AssemblyName = "plugin";

    private readonly Option<string[]> _sources = Several(
        SourceName, "FILE.cs", "A C# file with policies, compiled on the fly (docs/policy-writing.md); may be given several times.");

    private readonly Option<string[]> _assemblies = Several(
        AssemblyName, "FILE.dll", "An assembly with policies; it is built against ForkTrace.Replay, and its code runs. May be given several times.");

    private readonly PolicyLimitOptions _limits;

    public PluginOptions(Command command)
    {
        command.Add(_sources);
        command.Add(_assemblies);
        _limits = new PolicyLimitOptions(command);
    }

    /// <summary>The policies from files, in the order given.</summary>
    public ImmutableArray<PolicyEntry> Policies(ParseResult parsed) =>
        Load(parsed.GetValue(_sources) ?? [], parsed.GetValue(_assemblies) ?? [], () => _limits.Read(parsed));

    /// <summary>The policies of C# files and assemblies, in this order.</summary>
    /// <exception cref="UsageException">Two files have a policy of the same name.</exception>
    /// <exception cref="PolicyHandOverException">There are such files, and this is not the child process that may run them.</exception>
    public static ImmutableArray<PolicyEntry> Load(string[] sources, string[] assemblies, Func<PolicyLimits> limits) =>
        sources.Length + assemblies.Length == 0 ? [] : LoadAll(sources, assemblies, limits());

    private static Option<string[]> Several(string name, string help, string description) => new($"--{name}")
    {
        Description = description,
        HelpName = help,
        Arity = ArgumentArity.OneOrMore,
    };

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ImmutableArray<PolicyEntry> LoadAll(string[] sources, string[] assemblies, PolicyLimits limits)
    {
        PolicyChild.Require(limits, ExitCode.Usage);
        ImmutableArray<PolicyEntry> all =
            [.. sources.SelectMany(path => PolicyPlugin.OfSource(path)), .. assemblies.SelectMany(path => PolicyPlugin.OfAssembly(path))];
        string? twice = all.GroupBy(entry => entry.Descriptor.Name).FirstOrDefault(group => group.Count() > 1)?.Key;
        return twice is null ? all : throw new UsageException($"two plug-ins have a policy '{twice}'");
    }
}
