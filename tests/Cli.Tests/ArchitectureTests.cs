using System.Reflection;

namespace ForkTrace.Cli.Tests;

/// <summary>Dependencies point one way: Cli -> Analytics, Plugins -> Replay -> Events &lt;- Ingest.</summary>
public sealed class ArchitectureTests
{
    [Theory]
    [InlineData("ForkTrace.Events")]
    [InlineData("ForkTrace.Ingest", "ForkTrace.Events")]
    [InlineData("ForkTrace.Replay", "ForkTrace.Events")]
    [InlineData("ForkTrace.Analytics", "ForkTrace.Events", "ForkTrace.Replay")]
    [InlineData("ForkTrace.Plugins", "ForkTrace.Replay")]
    public void A_library_uses_only_those_below_it(string library, params string[] allowed)
    {
        IEnumerable<string> used = References(library)
            .Where(name => name.StartsWith("ForkTrace.", StringComparison.OrdinalIgnoreCase) || name == "forktrace");
        Assert.Empty(used.Except(allowed));
    }

    [Theory]
    [InlineData("ForkTrace.Events")]
    [InlineData("ForkTrace.Ingest")]
    [InlineData("ForkTrace.Replay")]
    [InlineData("ForkTrace.Analytics")]
    [InlineData("ForkTrace.Plugins")]
    public void Only_the_tool_prints_and_parses_arguments(string library)
    {
        string[] console = ["System.Console", "System.CommandLine", "Spectre.Console"];
        Assert.Empty(References(library).Intersect(console));
    }

    [Theory]
    [InlineData("ForkTrace.Events")]
    [InlineData("ForkTrace.Ingest")]
    [InlineData("ForkTrace.Replay")]
    [InlineData("forktrace")]
    public void Only_analytics_knows_the_database(string assembly) =>
        Assert.DoesNotContain(References(assembly), name => name.StartsWith("DuckDB", StringComparison.Ordinal));

    [Theory]
    [InlineData("ForkTrace.Ingest")]
    [InlineData("ForkTrace.Replay")]
    [InlineData("ForkTrace.Analytics")]
    [InlineData("forktrace")]
    public void Only_events_knows_the_format_of_event_files(string assembly) =>
        Assert.DoesNotContain("Apache.Arrow", References(assembly));

    private static IEnumerable<string> References(string assembly) =>
        Assembly.Load(assembly).GetReferencedAssemblies().Select(reference => reference.Name!);
}
