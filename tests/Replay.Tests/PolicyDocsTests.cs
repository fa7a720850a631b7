using System.Globalization;
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

/// <summary>Compares the documents on policies, docs/policies.md and docs/policy-*.md, with the code.</summary>
public sealed partial class PolicyDocsTests
{
    private static readonly string s_catalogue = File.ReadAllText(PathOf("policy-catalogue.md"));

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
    public void Tables_of_the_catalogue_are_made_from_the_code()
    {
        string expected = WithTable(s_catalogue, "kernels", "machine | name | from | before | when | sets | source", KernelTable.Rows.Select(RowOf));
        foreach (PolicyGroup group in Enum.GetValues<PolicyGroup>())
        {
            IEnumerable<PolicyEntry> policies = PolicyCatalog.All.Where(policy => policy.Descriptor.Group == group);
            expected = WithTable(
                expected,
                group.ToString(),
                "policy | what it does | parameters | returns | rules | source",
                policies.OrderBy(policy => Number().Replace(policy.Descriptor.Name, number => number.Value.PadLeft(4)), StringComparer.Ordinal).Select(RowOf));
        }

        if (Environment.GetEnvironmentVariable("FORKTRACE_UPDATE_DOCS") == "1")
            File.WriteAllText(PathOf("policy-catalogue.md"), expected);
        else
            Assert.Equal(expected, s_catalogue);
    }

    private static string WithTable(string document, string name, string titles, IEnumerable<string> rows)
    {
        int begin = document.IndexOf('\n', document.IndexOf($"<!-- {name}: begin.", StringComparison.Ordinal)) + 1;
        int end = document.IndexOf($"<!-- {name}: end -->", StringComparison.Ordinal);
        string rule = string.Concat(titles.Split(" | ").Select(_ => "---|"));
        return $"{document[..begin]}\n| {titles} |\n|{rule}\n{string.Concat(rows.Select(row => $"{row}\n"))}\n{document[end..]}";
    }

    private static string RowOf(PolicyEntry entry)
    {
        PolicyDescriptor policy = entry.Descriptor;
        string rules = entry.Resolve is null ? $"`{policy.Return}` | {Rules(policy)}" : "of that policy | of that policy";
        string parameters = string.Join("<br>", policy.Parameters.Select(ParameterText));
        return $"| `{policy.Name}` | {policy.Summary.TrimEnd('.')} | {parameters} | {rules} | {policy.Source} |";
    }

    private static string ParameterText(PolicyParameter parameter)
    {
        string range = parameter.Max == parameter.Min
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $" ({$"{parameter.Min} to {parameter.Max} {parameter.Unit}".TrimEnd()})");
        string meaning = parameter == PolicyParameter.Capacity ? "" : $". {char.ToUpperInvariant(parameter.Summary[0])}{parameter.Summary[1..]}";
        return string.Create(CultureInfo.InvariantCulture, $"`{parameter.Name}`={parameter.Default}{range}{meaning}");
    }

    // The rules that differ from most policies, in the terms of the contract.
    private static string Rules(PolicyDescriptor policy)
    {
        string work = policy.Work == StackWork.None ? "" : policy.Work.ToString();
        (string Rule, bool Holds)[] rules =
        [
            (nameof(policy.OnlyCounts), policy.OnlyCounts),
            (policy.Reach.ToString(), policy.Reach != StackReach.Cpu),
            (nameof(policy.FlushesOffline), policy.FlushesOffline),
            (nameof(policy.FreesUncharged), policy.FreesUncharged),
            (nameof(policy.MovesCached), policy.MovesCached),
            (nameof(policy.SpansCpus), policy.SpansCpus && policy.Reach != StackReach.ForkingCpu),
        ];
        return string.Join(
            ", ", rules.Where(rule => rule.Holds).Select(rule => rule.Rule).Concat(work.Split(", ", StringSplitOptions.RemoveEmptyEntries)).Select(word => $"`{word}`"));
    }

    private static string RowOf(KernelRow row) => $"| {string.Join(" | ", row.Cells.Select(KernelCell))} |";

    // Patterns and words as code, so that Markdown does not interpret their stars.
    private static string KernelCell(string cell, int column)
    {
        string escaped = cell.Replace("|", "\\|", StringComparison.Ordinal);
        return column is 1 or 4 or 5 && cell != "-" ? $"`{escaped}`" : escaped;
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

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Number();

    private static string PathOf(string document) => Path.Combine(RepositoryFiles.Root, "docs", document);
}
