using System.Diagnostics;
using System.Text.Json.Nodes;

namespace ForkTrace.Notebooks.Tests;

/// <summary>Vega-Lite itself draws every committed chart without a complaint, and as many bars or points as it has rows.</summary>
public sealed class VegaLiteTests
{
    private const string MimeType = "application/vnd.vegalite.v5+json";

    [Fact]
    public void Every_chart_is_drawn_whole()
    {
        JsonArray specs = [];
        foreach (JsonObject output in NotebookFile.Names.SelectMany(name => NotebookFile.Open(name).Outputs))
        {
            if (output["data"]?[MimeType] is { } spec)
                specs.Add(spec.DeepClone());
        }

        JsonArray drawn = JsonNode.Parse(Judge(specs.ToJsonString()))!.AsArray();
        Assert.Equal(specs.Count, drawn.Count);
        Assert.InRange(specs.Count, NotebookFile.Names.Count(), int.MaxValue);
        for (int chart = 0; chart < specs.Count; chart++)
        {
            Assert.Empty(drawn[chart]!["complaints"]!.AsArray());
            Assert.Equal(specs[chart]!["data"]!["values"]!.AsArray().Count, drawn[chart]!["drawn"]!.GetValue<int>());
        }
    }

    private static string Judge(string specs)
    {
        string script = Path.Combine(TestKit.RepositoryFiles.Root, "tests", "Notebooks.Tests", "judge", "charts.mjs");
        ProcessStartInfo start = new("node", [script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(specs);
        process.StandardInput.Close();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"The judge failed: {error.Result}");
        return output.Result;
    }
}
