using System.Reflection;
using System.Text.RegularExpressions;
using NetArchTest.Rules;

namespace ForkTrace.Cli.Tests;

/// <summary>There are no dependency cycles, between assemblies or between the namespaces of one (docs/architecture.md).</summary>
public sealed class ArchitectureTests
{
    private const string Root = "";

    /// <summary>The namespaces of each assembly, lowest first. A namespace may use those before it. Root is the assembly's root
    /// namespace.</summary>
    public static TheoryData<string, string[]> Layers { get; } = new()
    {
        { "ForkTrace.Events", [Root, "Calls", "Filtering", "Scrubbing", "Synthesis"] },
        { "ForkTrace.Ingest", ["Input", "Columns", "Tracepoints", "Merge", "Formats", "Opening", Root] },
        {
            "ForkTrace.Lifecycle",
            ["Conditions", "Gaps", "Truth", "Grading", "Tasks", "Rcu", "Operations", "Stretches", "Recording", "Inspection"]
        },
        {
            "ForkTrace.Replay",
            [Root, "Costs", "Conditions", "Results", "Ledger", "Contract", "Policies", "Engine", "Conformance", "Profile"]
        },
        { "ForkTrace.Fidelity", ["Validation", "Calibration"] },
        { "ForkTrace.Learning", ["Corpus", "Forecasting", "Judging", "Clustering", Root] },
        { "ForkTrace.Analytics", ["Storage", "Traces", Root, "Comparison", "Fleet", "Html", "Reports"] },
        {
            "forktrace",
            ["Shared", "Streams", "Rendering", "Plugins", "Completion", "Options", "Commands", Root]
        },
    };

    [Theory]
    [InlineData("ForkTrace.Events")]
    [InlineData("ForkTrace.Ingest", "ForkTrace.Events")]
    [InlineData("ForkTrace.Lifecycle", "ForkTrace.Events")]
    [InlineData("ForkTrace.Replay", "ForkTrace.Events", "ForkTrace.Lifecycle")]
    [InlineData("ForkTrace.Fidelity", "ForkTrace.Events", "ForkTrace.Lifecycle", "ForkTrace.Replay")]
    [InlineData("ForkTrace.Learning", "ForkTrace.Events", "ForkTrace.Lifecycle", "ForkTrace.Replay")]
    [InlineData("ForkTrace.Analytics", "ForkTrace.Events", "ForkTrace.Lifecycle", "ForkTrace.Replay")]
    public void A_library_uses_only_those_below_it(string library, params string[] allowed)
    {
        IEnumerable<string> used = References(library)
            .Where(name => name.StartsWith("ForkTrace.", StringComparison.OrdinalIgnoreCase) || name == "forktrace");
        Assert.Empty(used.Except(allowed));
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void A_namespace_uses_only_those_below_it(string assembly, string[] layers)
    {
        string root = assembly == "forktrace" ? "ForkTrace.Cli" : assembly;
        Type[] types = [.. Assembly.Load(assembly).GetTypes().Where(type => type.Namespace?.StartsWith(root, StringComparison.Ordinal) == true)];
        Assert.Empty(types.Select(type => LayerOf(type, root)).Distinct().Except(layers));
        for (int layer = 0; layer < layers.Length; layer++)
        {
            string[] above = [.. types.Where(type => Array.IndexOf(layers, LayerOf(type, root)) > layer).Select(type => type.FullName!)];
            if (above.Length == 0)
                continue;
            string name = Regex.Escape(layers[layer] == Root ? root : $"{root}.{layers[layer]}");
            NetArchTest.Rules.TestResult result = Types.InAssembly(Assembly.Load(assembly))
                .That().ResideInNamespaceMatching(layers[layer] == Root ? $"^{name}$" : $@"^{name}(\.|$)")
                .ShouldNot().HaveDependencyOnAny(above).GetResult();
            Assert.True(result.IsSuccessful, $"{assembly}, {layers[layer]}: {string.Join(", ", result.FailingTypeNames ?? [])}");
        }
    }

    [Theory]
    [InlineData("ForkTrace.Events")]
    [InlineData("ForkTrace.Ingest")]
    [InlineData("ForkTrace.Lifecycle")]
    [InlineData("ForkTrace.Replay")]
    [InlineData("ForkTrace.Fidelity")]
    [InlineData("ForkTrace.Learning")]
    [InlineData("ForkTrace.Analytics")]
    public void Only_the_tool_prints_and_parses_arguments(string library)
    {
        string[] console = ["System.Console", "System.CommandLine", "Spectre.Console"];
        Assert.Empty(References(library).Intersect(console));
    }

    [Theory]
    [InlineData("ForkTrace.Events")]
    [InlineData("ForkTrace.Ingest")]
    [InlineData("ForkTrace.Lifecycle")]
    [InlineData("ForkTrace.Replay")]
    [InlineData("ForkTrace.Fidelity")]
    [InlineData("ForkTrace.Learning")]
    [InlineData("forktrace")]
    public void Only_analytics_knows_the_database(string assembly) =>
        Assert.DoesNotContain(References(assembly), name => name.StartsWith("DuckDB", StringComparison.Ordinal));

    [Theory]
    [InlineData("ForkTrace.Events")]
    [InlineData("ForkTrace.Ingest")]
    [InlineData("ForkTrace.Lifecycle")]
    [InlineData("ForkTrace.Replay")]
    [InlineData("ForkTrace.Fidelity")]
    [InlineData("ForkTrace.Analytics")]
    [InlineData("forktrace")]
    public void Only_learning_knows_microsoft_ml(string assembly) =>
        Assert.DoesNotContain(References(assembly), name => name.StartsWith("Microsoft.ML", StringComparison.Ordinal));

    // If no other type refers to it, no other command loads it.
    [Fact]
    public void Only_the_command_learn_refers_to_learning()
    {
        string[] users =
        [
            .. Types.InAssembly(Assembly.Load("forktrace")).That().HaveDependencyOn("ForkTrace.Learning").GetTypes()
                .Select(OutermostOf).Distinct().Order(StringComparer.Ordinal),
        ];
        Assert.Equal(["ClusteringDocument", "IntervalDocument", "JudgedForecastDocument", "JudgedPolicyDocument", "LearnClusterCommand", "LearnOptions", "LearnPolicyCommand", "LearnedModelDocument", "ResultTable", "StoredFingerprints"], users);
    }

    private static string OutermostOf(Type type) => type.DeclaringType is { } outer ? OutermostOf(outer) : type.Name;

    private static string LayerOf(Type type, string root)
    {
        string rest = type.Namespace![root.Length..].TrimStart('.');
        return rest.Split('.')[0];
    }

    private static IEnumerable<string> References(string assembly) =>
        Assembly.Load(assembly).GetReferencedAssemblies().Select(reference => reference.Name!);
}
