using System.Reflection;
using System.Text.RegularExpressions;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.Replay.Conditions;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Engine;
using ForkTrace.Replay.Ledger;
using ForkTrace.Replay.Policies;
using ForkTrace.Replay.Results;
using ForkTrace.TestKit;

namespace ForkTrace.Replay.Tests;

/// <summary>The documents on policies against the code: docs/policies.md and docs/policy-*.md.</summary>
public sealed class PolicyDocsTests
{
    private static readonly string s_catalogue = File.ReadAllText(PathOf("policy-catalogue.md"));

    public static TheoryData<string> Policies() => [.. PolicyCatalog.All.Select(policy => policy.Descriptor.Name)];

    [Theory]
    [MemberData(nameof(Policies))]
    public void Every_policy_has_a_row_with_its_parameters_and_defaults(string policy)
    {
        string? row = s_catalogue.Split('\n').FirstOrDefault(line => line.StartsWith($"| `{policy}` |", StringComparison.Ordinal));
        Assert.NotNull(row);
        foreach (PolicyParameter parameter in PolicyCatalog.ByName(policy).Descriptor.Parameters)
            Assert.Contains($"`{parameter.Name}` ({parameter.Default}", row, StringComparison.Ordinal);
    }

    [Fact]
    public void The_example_is_a_policy_that_replays()
    {
        string source = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "tests", "Replay.Tests", "EverySecondPolicy.cs"));
        string code = source[source.IndexOf("public readonly struct", StringComparison.Ordinal)..];
        Assert.Contains(code, File.ReadAllText(PathOf("policy-writing.md")), StringComparison.Ordinal);
        PolicyEntry example = Assert.Single(PolicyCatalog.Find(typeof(EverySecondPolicy).Assembly));
        StackOperations operations = LifecycleBuilder.Build(SyntheticTrace.Random(1, 2000, 3));
        MachineShape machine = MachineShape.Of(operations.CpuCount, operations.Tasks, [], []);
        ReplayContext context = new(operations, machine, ReplayConditions.Default);
        StackLedger ledger = new(context, example.Descriptor);
        PolicyArguments arguments = PolicyArguments.Bind(example.Descriptor, new Dictionary<string, long>());
        example.Begin(operations, machine, arguments).Replay(ledger, 0, operations.Count);
        ledger.Close();
        Assert.Equal(0, ledger.Breaches);
        Assert.InRange(ledger.Hits, 1, Replays.Ledger(operations, "linux-4.9").Ledger.Hits - 1);
    }

    [Theory]
    [InlineData(typeof(IStackPolicy<>))]
    [InlineData(typeof(PolicyDescriptor))]
    [InlineData(typeof(PolicyParameter))]
    [InlineData(typeof(PolicyArguments))]
    [InlineData(typeof(PolicyGroup))]
    [InlineData(typeof(MachineShape))]
    [InlineData(typeof(StackLedger))]
    [InlineData(typeof(StackReach))]
    [InlineData(typeof(StackReturn))]
    [InlineData(typeof(StackWork))]
    [InlineData(typeof(PerCpuCaches))]
    [InlineData(typeof(SharedPools))]
    public void The_contract_names_every_member_that_an_author_may_use(Type type)
    {
        string code = string.Concat(Regex.Matches(File.ReadAllText(PathOf("policy-contract.md")), "`[^`\n]+`").Select(span => span.Value));
        IEnumerable<string> members = type
            .GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Where(member => member is PropertyInfo or FieldInfo or MethodInfo { IsSpecialName: false })
            .Select(member => member.Name)
            .Except(["Equals", "GetHashCode", "ToString", "Deconstruct", "<Clone>$", "Item", "value__"]);
        IEnumerable<string> missing = members.Prepend(type.Name.Split('`')[0]).Distinct()
            .Where(name => !Regex.IsMatch(code, $@"\b{Regex.Escape(name)}\b"));
        Assert.Empty(missing);
    }

    [Fact]
    public void The_table_of_kernels_is_that_of_the_catalogue()
    {
        int begin = s_catalogue.IndexOf('\n', s_catalogue.IndexOf("<!-- kernels: begin.", StringComparison.Ordinal)) + 1;
        int end = s_catalogue.IndexOf("<!-- kernels: end -->", StringComparison.Ordinal);
        string table = "\n| machine | name | from | before | when | sets | source |\n|---|---|---|---|---|---|---|\n"
            + string.Concat(KernelTable.Rows.Select(row => $"| {string.Join(" | ", row.Cells.Select(KernelCell))} |\n")) + "\n";
        if (Environment.GetEnvironmentVariable("FORKTRACE_UPDATE_DOCS") == "1")
            File.WriteAllText(PathOf("policy-catalogue.md"), s_catalogue[..begin] + table + s_catalogue[end..]);
        else
            Assert.Equal(table, s_catalogue[begin..end]);
    }

    // Patterns and words as code, so that Markdown leaves their stars alone.
    private static string KernelCell(string cell, int column)
    {
        string escaped = cell.Replace("|", "\\|", StringComparison.Ordinal);
        return column is 1 or 4 or 5 && cell != "-" ? $"`{escaped}`" : escaped;
    }

    [Fact]
    public void No_row_is_of_a_policy_that_is_not_there()
    {
        foreach (string name in RowsOf(s_catalogue))
            Assert.Equal(name, PolicyCatalog.ByName(name).Descriptor.Name);
    }

    [Fact]
    public void Every_row_of_causes_is_a_cause()
    {
        string[] causes = [.. RowsOf(File.ReadAllText(PathOf("policies.md")))];
        Assert.Equal(5, causes.Length);
        Assert.All(causes, cause => Assert.True(
            Enum.TryParse<AllocationOutcome>(cause.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out _), cause));
    }

    private static IEnumerable<string> RowsOf(string text) =>
        text.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line[3..line.IndexOf('`', 3)]);

    private static string PathOf(string document) => Path.Combine(RepositoryFiles.Root, "docs", document);
}
