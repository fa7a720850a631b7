using System.Text;
using System.Text.Json;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.Replay.Contract;
using ForkTrace.Replay.Ledger;
using ForkTrace.TestKit;

namespace ForkTrace.Cli.Tests;

/// <summary>Policies from a C# file or an assembly: the example in docs/policy-writing.md, and mistakes.</summary>
public sealed class PluginTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public PluginTests()
    {
        _folder.Put("t.arrow", SyntheticTrace.Random(5, 2000, 3));
        Put("my.cs", Example());
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_example_of_the_documentation_conforms()
    {
        ToolOutcome outcome = Run("policy", "check", "my.cs");
        Assert.Equal("", outcome.Error);
        Assert.Equal(0, outcome.Code);
        Assert.Contains("pass  every-second  conservation", outcome.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("FAIL", outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void The_example_replays_next_to_the_catalogue_and_a_change_makes_another_cell()
    {
        string[] arguments =
        [
            "replay", "t.arrow", "--policy-file", "my.cs", "--policy", "every-second:capacity=2|4", "--policy", "linux-4.9", "--json",
        ];
        using JsonDocument first = JsonDocument.Parse(Run(arguments).Out);
        Put("my.cs", $"// changed\n{Example()}");
        using JsonDocument second = JsonDocument.Parse(Run(arguments).Out);
        JsonElement[] rows = [.. first.RootElement.GetProperty("results").EnumerateArray()];
        JsonElement[] changed = [.. second.RootElement.GetProperty("results").EnumerateArray()];
        Assert.Equal(["every-second", "every-second", "linux-4.9"], rows.Select(row => row.GetProperty("policy").GetString()));
        Assert.InRange(Hits(rows[0]), 1, Hits(rows[2]) - 1);
        Assert.Equal(Hits(rows[0]), Hits(changed[0]));
        Assert.NotEqual(Cell(rows[0]), Cell(changed[0]));
        Assert.Equal(Cell(rows[2]), Cell(changed[2]));
    }

    [Fact]
    public void A_page_sweeps_its_capacities()
    {
        Assert.Equal(0, Run("run", "t.arrow", "--policy-file", "my.cs", "--policy", "every-second", "--html", "page.html").Code);
        string curve = Run("report", "capacity", "results.duckdb", "--format", "csv").Out;
        Assert.StartsWith("trace,policy,", curve, StringComparison.Ordinal);
        Assert.Contains(",every-second,", curve, StringComparison.Ordinal);
    }

    [Fact]
    public void A_policy_that_loses_stacks_fails_its_checks_and_has_no_figures()
    {
        Put("leak.cs", Example().Replace("ledger.Cache(task);", "ledger.NowNs.ToString();", StringComparison.Ordinal));
        ToolOutcome check = Run("policy", "check", "leak.cs", "--json");
        Assert.Equal(4, check.Code);
        using JsonDocument document = JsonDocument.Parse(check.Out);
        Assert.False(document.RootElement.GetProperty("policies")[0].GetProperty("conforms").GetBoolean());
        ToolOutcome replay = Run("replay", "t.arrow", "--policy-file", "leak.cs", "--policy", "every-second");
        Assert.Equal(2, replay.Code);
        Assert.Empty(replay.Out);
        Assert.StartsWith("forktrace: policy every-second failed: ", replay.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_are_shown_with_line_and_column()
    {
        string[] lines = Example().Replace("ledger.MapNew(task)", "ledger.Mapnew(task)", StringComparison.Ordinal).Split('\n');
        Put("bad.cs", string.Join('\n', lines));
        int line = Array.FindIndex(lines, text => text.Contains("Mapnew", StringComparison.Ordinal));
        int column = lines[line].IndexOf("Mapnew", StringComparison.Ordinal);
        ToolOutcome outcome = Run("policy", "check", "bad.cs");
        Assert.Equal(2, outcome.Code);
        Assert.StartsWith(
            FormattableString.Invariant($"forktrace: bad.cs does not compile\nbad.cs({line + 1},{column + 1}): CS1061: "),
            outcome.Error,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("there is no file 'missing.cs'", "policy", "check", "missing.cs")]
    [InlineData("t.arrow is neither a C# file (.cs) nor an assembly (.dll)", "policy", "check", "t.arrow")]
    [InlineData("empty.cs holds no policy", "policy", "check", "empty.cs")]
    [InlineData("empty.cs is not a .NET assembly", "replay", "t.arrow", "--plugin", "empty.cs")]
    [InlineData("but the catalogue has one of that name", "replay", "t.arrow", "--policy-file", "taken.cs")]
    [InlineData("two plug-ins have a policy 'every-second'", "replay", "t.arrow", "--policy-file", "my.cs", "--policy-file", "my.cs")]
    [InlineData("there is no policy 'nope'; known policies: every-second, ", "replay", "t.arrow", "--policy-file", "my.cs", "--policy", "nope")]
    [InlineData("must be 0 to 65536 stacks", "replay", "t.arrow", "--policy-file", "my.cs", "--policy", "every-second:capacity=65537")]
    public void Mistakes_are_reported(string expected, params string[] arguments)
    {
        Put("empty.cs", "// nothing\n");
        Put("taken.cs", Example().Replace("\"every-second\"", "\"linux-4.9\"", StringComparison.Ordinal));
        ToolOutcome outcome = Run(arguments);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
        Assert.Empty(outcome.Out);
    }

    [Fact]
    public void An_assembly_replays_as_its_source_does_conforms_and_is_listed()
    {
        PluginAssembly.Build(_folder.Of("mine.dll"), Example());
        ToolOutcome check = Run("policy", "check", "mine.dll");
        Assert.Equal((0, ""), (check.Code, check.Error));
        Assert.Contains("pass  every-second  conservation", check.Out, StringComparison.Ordinal);
        string[] arguments = ["--policy", "every-second:capacity=2", "--policy", "linux-4.9", "--json"];
        using JsonDocument ofAssembly = JsonDocument.Parse(Run(["replay", "t.arrow", "--plugin", "mine.dll", .. arguments]).Out);
        using JsonDocument ofSource = JsonDocument.Parse(Run(["replay", "t.arrow", "--policy-file", "my.cs", .. arguments]).Out);
        JsonElement[] rows = [.. ofAssembly.RootElement.GetProperty("results").EnumerateArray()];
        JsonElement[] others = [.. ofSource.RootElement.GetProperty("results").EnumerateArray()];
        Assert.Equal("every-second", rows[0].GetProperty("policy").GetString());
        Assert.Equal(1, rows[0].GetProperty("policy_version").GetInt32());
        Assert.Equal(Hits(others[0]), Hits(rows[0]));
        Assert.NotEqual(Cell(others[0]), Cell(rows[0]));
        Assert.Equal(Cell(others[1]), Cell(rows[1]));
    }

    [Fact]
    public void An_assembly_finds_its_own_dependencies_next_to_it()
    {
        PluginAssembly.Build(_folder.Of("Slots.dll"), "public static class Slots { public static long Of(long capacity) => capacity; }");
        PluginAssembly.Build(
            _folder.Of("mine.dll"),
            Example().Replace("arguments[\"capacity\"]", "Slots.Of(arguments[\"capacity\"])", StringComparison.Ordinal),
            _folder.Of("Slots.dll"));
        Assert.Equal(0, Run("replay", "t.arrow", "--plugin", "mine.dll", "--policy", "every-second").Code);
        File.Delete(_folder.Of("Slots.dll"));
        ToolOutcome without = Run("replay", "t.arrow", "--plugin", "mine.dll", "--policy", "every-second");
        Assert.Equal(2, without.Code);
        Assert.Contains("Slots", without.Error, StringComparison.Ordinal);
    }

    // They compile, but nothing would call them.
    [Theory]
    [InlineData("old.cs")]
    [InlineData("old.dll")]
    public void Methods_of_an_earlier_contract_are_rejected_by_name(string file)
    {
        const string Offline = "public static void CpuOffline(ref EverySecondPolicy policy, StackLedger ledger, int cpu) { }";
        const string Fill = "public static void Fill(ref EverySecondPolicy policy, StackLedger ledger) { }";
        const string Now = "public static void Fill(ref EverySecondPolicy policy, StackLedger ledger, int cpu) { }";
        const string OfOffline = "nothing calls EverySecondPolicy.CpuOffline(ref EverySecondPolicy, StackLedger, int), which "
            + "Empty(ref EverySecondPolicy, int cpu, bool isOffline) has replaced";
        const string OfFill = "nothing calls EverySecondPolicy.Fill(ref EverySecondPolicy, StackLedger), which "
            + "Fill(ref EverySecondPolicy, StackLedger, int cpu) has replaced";
        const string Bytes = "public static long BytesOfStack(PolicyArguments arguments) => 4096;";
        const string OfBytes = "nothing calls EverySecondPolicy.BytesOfStack(PolicyArguments), which "
            + "BytesOfStack(PolicyArguments, MachineShape machine) has replaced";
        string empty = Example().Split('\n').Single(line => line.Contains(" Empty(", StringComparison.Ordinal));
        string example = Example();
        (string Source, string Refusal)[] written =
        [
            (example.Replace(empty, $"{Offline} {Fill}", StringComparison.Ordinal), $"{OfOffline}; {OfFill}"),
            (example.Replace(empty, Offline, StringComparison.Ordinal), OfOffline),
            (example.Replace(empty, $"{empty} {Fill}", StringComparison.Ordinal), OfFill),
            (example.Replace(empty, $"{empty} {Bytes}", StringComparison.Ordinal), OfBytes),
            (example.Replace(empty, $"{empty} {Offline} {Fill} {Now}", StringComparison.Ordinal), ""),
            (example.Replace(empty, $"{empty} private static long Fill(long stacks) => stacks;", StringComparison.Ordinal), ""),
        ];
        string option = file.EndsWith(".cs", StringComparison.Ordinal) ? "--policy-file" : "--plugin";
        foreach ((string source, string refusal) in written)
        {
            if (option == "--plugin")
                PluginAssembly.Build(_folder.Of(file), source);
            else
                Put(file, source);
            ToolOutcome outcome = Run("replay", "t.arrow", option, file, "--policy", "every-second");
            Assert.Equal(refusal.Length > 0 ? $"forktrace: {file} is written for an earlier ForkTrace: {refusal}\n" : "", outcome.Error);
            Assert.Equal(refusal.Length > 0 ? 2 : 0, outcome.Code);
        }
    }

    [Fact]
    public void A_handler_that_nothing_would_call_is_rejected_by_name()
    {
        string allocate = Example().Split('\n').Single(line => line.Contains(" void Allocate(", StringComparison.Ordinal));
        Put("my.cs", Example().Replace(allocate, $"public void TaskFree(StackLedger ledger, int task) {{ }}\n{allocate}", StringComparison.Ordinal));
        ToolOutcome outcome = Run("policy", "check", "my.cs");
        Assert.Equal(2, outcome.Code);
        Assert.Equal(
            "forktrace: my.cs: nothing calls EverySecondPolicy.TaskFree, which must be TaskFree(StackLedger ledger, int cpu, int task)\n",
            outcome.Error);
    }

    [Fact]
    public void A_policy_that_writes_every_handler_still_conforms()
    {
        string allocate = Example().Split('\n').Single(line => line.Contains(" void Allocate(", StringComparison.Ordinal));
        const string Handlers =
            "public void StackCallback(StackLedger ledger, int cpu, int task) { } public void TaskFree(StackLedger ledger, int cpu, int task) { }";
        Put("my.cs", Example().Replace(allocate, $"{Handlers}\n{allocate}", StringComparison.Ordinal));
        Assert.Equal(0, Run("policy", "check", "my.cs").Code);
    }

    [Theory]
    [InlineData("CpuOffline(ref TSelf policy, StackLedger ledger, int cpu)", "Empty(ref TSelf, int cpu, bool isOffline)")]
    [InlineData("Fill(ref TSelf policy, StackLedger ledger)", "Fill(ref TSelf, StackLedger, int cpu)")]
    public void An_assembly_that_was_built_against_an_earlier_contract_is_told_what_replaced_its_method(string method, string replacement)
    {
        Directory.CreateDirectory(_folder.Of("earlier"));
        PluginAssembly.Build(_folder.Of("earlier/ForkTrace.Replay.dll"), $$"""
            namespace ForkTrace.Replay.Contract
            {
                using ForkTrace.Replay.Ledger;
                public interface IStackPolicy<TSelf> where TSelf : struct, IStackPolicy<TSelf> { static virtual void {{method}} { } }
            }
            namespace ForkTrace.Replay.Engine { public sealed class ReplayEngine; }
            namespace ForkTrace.Replay.Ledger { public sealed class StackLedger; }
            namespace ForkTrace.Replay.Policies { public sealed class PerCpuCaches; }
            """);
        string own = method.Replace("TSelf", "Mine", StringComparison.Ordinal);
        PluginAssembly.Build(
            _folder.Of("old.dll"),
            $$"""public struct Mine : IStackPolicy<Mine> { public static void {{own}} { } }""",
            _folder.Of("earlier/ForkTrace.Replay.dll"));
        ToolOutcome outcome = Run("policy", "check", "old.dll");
        Assert.Equal(2, outcome.Code);
        Assert.StartsWith("forktrace: old.dll: its policies cannot be read: ", outcome.Error, StringComparison.Ordinal);
        Assert.Contains($"IStackPolicy`1.{method.Split('(')[0]}(", outcome.Error, StringComparison.Ordinal);
        Assert.EndsWith($" It is built for an earlier ForkTrace: {replacement} has replaced it.\n", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Policies_are_listed_in_groups_and_a_name_that_stands_for_another_is_shown_next_to_it()
    {
        string[] lines = Run("list", "policies", "--policy-file", "my.cs").Out.Split('\n');
        int[] places = [.. new[] { "RELEASED KERNELS", "linux-4.9 (default)", "THE STORY OF 2016", "early-free", "rcu-cache (default)", "BOUNDS", "clairvoyant", "IDEAS", "every-second" }
            .Select(line => Array.IndexOf(lines, line))];
        Assert.All(places, place => Assert.InRange(place, 0, lines.Length));
        Assert.Equal(places.Order(), places);
        string text = Run("replay", "t.arrow", "--policy", "early-free:capacity=4").Out;
        Assert.Contains("early-free, which is linux-4.9 here", text, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(Run("replay", "t.arrow", "--policy", "rcu-deferred:capacity=4", "--json").Out);
        JsonElement row = json.RootElement.GetProperty("results")[0];
        Assert.Equal("rcu-cache", row.GetProperty("policy").GetString());
        Assert.Equal("rcu-deferred", row.GetProperty("asked_for").GetString());
    }

    [Theory]
    [InlineData("--policy-file", "my.cs")]
    [InlineData("--plugin", "mine.dll")]
    public void Lists_and_validations_know_plug_ins(string option, string file)
    {
        PluginAssembly.Build(_folder.Of("mine.dll"), Example());
        Assert.Contains("every-second", Run("list", "policies", option, file).Out, StringComparison.Ordinal);
        using JsonDocument list = JsonDocument.Parse(Run("list", "policies", option, file, "--json").Out);
        JsonElement mine = list.RootElement.GetProperty("policies").EnumerateArray()
            .Single(policy => policy.GetProperty("name").GetString() == "every-second");
        Assert.Equal(64, mine.GetProperty("plugin_sha256").GetString()!.Length);
        Assert.False(mine.GetProperty("default").GetBoolean());

        string trace = RepositoryFiles.SampleTrace("native-6.18/make.perf.data.zst");
        using JsonDocument both = JsonDocument.Parse(Run("validate", trace, option, file, "--json").Out);
        JsonElement[] results = [.. both.RootElement.GetProperty("results").EnumerateArray()];
        Assert.Equal(
            ["linux-5.18:capacity=2", "every-second:capacity=2"], results.Select(result => result.GetProperty("policy").GetString()));
        Assert.True(results[1].GetProperty("agreement").GetDouble() < results[0].GetProperty("agreement").GetDouble());
        using JsonDocument one = JsonDocument.Parse(
            Run("validate", trace, option, file, "--policy", "every-second:capacity=64", "--json").Out);
        Assert.Equal("every-second:capacity=64", one.RootElement.GetProperty("results")[0].GetProperty("policy").GetString());
    }

    internal static string Example()
    {
        const string Fence = "```csharp\n";
        string text = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "policy-writing.md"));
        int start = text.IndexOf(Fence, StringComparison.Ordinal) + Fence.Length;
        return text[start..text.IndexOf("```", start, StringComparison.Ordinal)];
    }

    private static long Hits(JsonElement row) => row.GetProperty("hits").GetInt64();

    private static string? Cell(JsonElement row) => row.GetProperty("cell").GetString();

    private void Put(string name, string text) => _folder.Put(name, Encoding.UTF8.GetBytes(text));

    private ToolOutcome Run(params string[] arguments) => Tool.Run(_folder.Path, arguments);
}
