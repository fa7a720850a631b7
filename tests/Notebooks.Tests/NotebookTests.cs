using System.Buffers.Binary;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ForkTrace.Notebooks.Tests;

/// <summary>
/// Every notebook runs from top to bottom in .NET Interactive, and gives the committed outputs. <c>FORKTRACE_UPDATE_NOTEBOOKS=1</c> updates
/// the outputs in the file.
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
            JsonNode committed = WithoutPictures(cell["outputs"]!), shown = WithoutPictures(outputs);
            if (!JsonNode.DeepEquals(committed, shown))
            {
                string hint = $"{name}, cell {cell["id"]}: FORKTRACE_UPDATE_NOTEBOOKS=1 writes the new outputs.";
                Assert.Fail($"{hint}\n{Difference(NotebookFile.Written(committed), NotebookFile.Written(shown))}");
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
        byte[][] charts = [.. notebook.Outputs.Select(NotebookFile.PictureOf).OfType<byte[]>()];
        Assert.NotEmpty(charts);
        Assert.All(charts, chart => Assert.Equal((700, 400), SizeOf(chart)));
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
        versions["ForkTrace.Analytics"] = "*-*";
        Assert.All(packages, package => Assert.Equal(versions[package.Groups["id"].Value], package.Groups["version"].Value));
    }

    // The picture of a chart depends on the machine's fonts, so the text with its figures is compared instead.
    private static JsonNode WithoutPictures(JsonNode outputs)
    {
        JsonNode copy = outputs.DeepClone();
        foreach (JsonObject data in copy.AsArray().Select(output => output!["data"]).OfType<JsonObject>())
        {
            if (data.ContainsKey("image/png"))
                data["image/png"] = "a picture";
        }

        return copy;
    }

    // The header of a PNG: 8 bytes of signature, 8 bytes of the first chunk, then width and height.
    private static (int Width, int Height) SizeOf(byte[] png)
    {
        Assert.Equal(12, png.AsSpan().IndexOf("IHDR"u8));
        return (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
    }

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
