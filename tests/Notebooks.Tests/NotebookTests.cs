using System.Text.Json.Nodes;
using Microsoft.DotNet.Interactive.Formatting;

namespace ForkTrace.Notebooks.Tests;

/// <summary>
/// Every notebook runs from top to bottom and shows again what is committed with it. <c>FORKTRACE_UPDATE_NOTEBOOKS=1</c> writes what it
/// shows now into the file.
/// </summary>
[Collection(ProcessStateCollection.Name)]
public sealed class NotebookTests
{
    private static readonly bool s_update = Environment.GetEnvironmentVariable("FORKTRACE_UPDATE_NOTEBOOKS") == "1";

    public static TheoryData<string> Names => [.. NotebookFile.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_notebook_shows_what_is_committed(string name)
    {
        NotebookFile notebook = NotebookFile.Open(name);
        string before = Environment.CurrentDirectory;
        Environment.CurrentDirectory = NotebookFile.Folder;
        Environment.SetEnvironmentVariable("FORKTRACE_TOOL", NotebookFile.Tool);
        Formatter.Reset();
        try
        {
            RunCells(notebook, name);
        }
        finally
        {
            Environment.CurrentDirectory = before;
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
        JsonObject[] shown = [.. notebook.Outputs];
        Assert.Contains(shown, output => output["data"]?["application/vnd.vegalite.v5+json"] is not null);
        Assert.Contains(shown, output => output["data"]?["text/html"] is not null);
        Assert.DoesNotContain("/tmp/", NotebookFile.Written(notebook.Root), StringComparison.Ordinal);
        Assert.DoesNotContain(TestKit.RepositoryFiles.Root, NotebookFile.Written(notebook.Root), StringComparison.Ordinal);
    }

    private static void RunCells(NotebookFile notebook, string name)
    {
        NotebookKernel kernel = new();
        int count = 0;
        foreach (JsonObject cell in notebook.CodeCells)
        {
            JsonArray outputs = kernel.Run(NotebookFile.SourceOf(cell));
            count++;
            if (s_update)
            {
                cell["execution_count"] = count;
                cell["outputs"] = outputs;
                continue;
            }

            Assert.Equal(count, cell["execution_count"]?.GetValue<int>());
            if (!JsonNode.DeepEquals(outputs, cell["outputs"]))
            {
                string hint = $"{name}, cell {cell["id"]}: FORKTRACE_UPDATE_NOTEBOOKS=1 writes the new outputs.";
                Assert.Fail($"{hint}\n{Difference(NotebookFile.Written(cell["outputs"]!), NotebookFile.Written(outputs))}");
            }
        }
    }

    private static string Difference(string committed, string now)
    {
        string[] was = committed.Split('\n'), isNow = now.Split('\n');
        int line = Enumerable.Range(0, Math.Min(was.Length, isNow.Length)).FirstOrDefault(place => was[place] != isNow[place]);
        int same = was[line].Zip(isNow[line]).TakeWhile(pair => pair.First == pair.Second).Count();
        return $"committed: {Around(was[line], same)}\nnow:       {Around(isNow[line], same)}";
    }

    private static string Around(string line, int place) => line[Math.Max(0, place - 60)..Math.Min(line.Length, place + 100)];
}
