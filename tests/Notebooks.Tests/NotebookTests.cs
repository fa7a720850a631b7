using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ForkTrace.Notebooks.Tests;

/// <summary>
/// Every notebook runs from top to bottom in .NET Interactive and shows again what is committed with it.
/// <c>FORKTRACE_UPDATE_NOTEBOOKS=1</c> writes what it shows now into the file.
/// </summary>
[Collection(ProcessStateCollection.Name)]
public sealed partial class NotebookTests
{
    private static readonly bool s_update = Environment.GetEnvironmentVariable("FORKTRACE_UPDATE_NOTEBOOKS") == "1";

    public static TheoryData<string> Names => [.. NotebookFile.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_notebook_shows_what_is_committed(string name)
    {
        NotebookFile notebook = NotebookFile.Open(name);
        await using NotebookKernel kernel = new();
        int count = 0;
        foreach (JsonObject cell in notebook.CodeCells)
        {
            JsonArray outputs = await kernel.RunAsync(NotebookFile.SourceOf(cell));
            count++;
            if (s_update)
            {
                cell["execution_count"] = count;
                cell["outputs"] = outputs;
                continue;
            }

            Assert.Equal(count, cell["execution_count"]?.GetValue<int>());
            if (!IsSame(cell["outputs"]!.AsArray(), outputs))
            {
                string hint = $"{name}, cell {cell["id"]}: FORKTRACE_UPDATE_NOTEBOOKS=1 writes the new outputs.";
                Assert.Fail($"{hint}\n{Difference(NotebookFile.Written(cell["outputs"]!), NotebookFile.Written(outputs))}");
            }
        }

        if (s_update)
            notebook.Save();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_notebook_is_whole(string name)
    {
        NotebookFile notebook = NotebookFile.Open(name);
        Assert.Equal(4, notebook.Root["nbformat"]!.GetValue<int>());
        Assert.Equal(".net-csharp", notebook.Root["metadata"]!["kernelspec"]!["name"]!.GetValue<string>());
        JsonObject[] cells = [.. notebook.Cells];
        Assert.Equal("markdown", NotebookFile.TypeOf(cells[0]));
        Assert.StartsWith("# ", NotebookFile.SourceOf(cells[0]), StringComparison.Ordinal);
        Assert.Equal(cells.Length, cells.Select(cell => cell["id"]!.GetValue<string>()).Distinct().Count());
        Assert.Contains(notebook.Outputs, output => NotebookFile.ChartOf(output) is not null);
        Assert.Contains(notebook.Outputs, output => output["data"]?["text/html"] is not null);
        Assert.DoesNotContain("/tmp/", NotebookFile.Written(notebook.Root), StringComparison.Ordinal);
        Assert.DoesNotContain(TestKit.RepositoryFiles.Root, NotebookFile.Written(notebook.Root), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_notebook_takes_packages_in_the_version_of_the_repository(string name)
    {
        Dictionary<string, string> versions = XDocument.Load(Path.Combine(TestKit.RepositoryFiles.Root, "Directory.Packages.props"))
            .Descendants("PackageVersion").ToDictionary(line => line.Attribute("Include")!.Value, line => line.Attribute("Version")!.Value);
        Match[] packages = [.. NotebookFile.Open(name).CodeCells.SelectMany(cell => Package().Matches(NotebookFile.SourceOf(cell)))];
        Assert.NotEmpty(packages);
        Assert.All(packages, package => Assert.Equal(versions[package.Groups["id"].Value], package.Groups["version"].Value));
    }

    // Charts are compared by what they say, everything else as it is.
    private static bool IsSame(JsonArray committed, JsonArray now) =>
        committed.Count == now.Count && committed.Zip(now).All(pair =>
            NotebookFile.ChartOf(pair.First!) is { } was && NotebookFile.ChartOf(pair.Second!) is { } isNow
                ? ChartShape.Of(was).Matches(ChartShape.Of(isNow))
                : JsonNode.DeepEquals(pair.First, pair.Second));

    private static string Difference(string committed, string now)
    {
        string[] was = committed.Split('\n'), isNow = now.Split('\n');
        int line = Enumerable.Range(0, Math.Min(was.Length, isNow.Length)).FirstOrDefault(place => was[place] != isNow[place]);
        int same = was[line].Zip(isNow[line]).TakeWhile(pair => pair.First == pair.Second).Count();
        return $"committed: {Around(was[line], same)}\nnow:       {Around(isNow[line], same)}";
    }

    private static string Around(string line, int place) => line[Math.Max(0, place - 60)..Math.Min(line.Length, place + 100)];

    [GeneratedRegex("^#r \"nuget: (?<id>[^,\"]+), (?<version>[^\"]+)\"$", RegexOptions.Multiline)]
    private static partial Regex Package();
}
