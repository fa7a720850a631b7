using System.Xml.Linq;
using ForkTrace.TestKit;
using YamlDotNet.Serialization;

namespace ForkTrace.Install.Tests;

/// <summary>
/// A CI gate in another repository: its global.json requires an SDK that is not installed, its Directory.Build.props breaks every build,
/// its nuget.config has no source. Runs the action's steps, and the lines in docs/ci.md for GitLab and any shell.
/// </summary>
public sealed class ForeignRepositoryTests : IDisposable
{
    private const string Kept = "rcu-cache.hit_rate >= linux.hit_rate - 50pp";
    private const string Broken = "rcu-cache.hit_rate >= linux.hit_rate - 0.5pp";
    private const string DocumentedVersion = "0.1.0";

    private readonly NewUser _user = new();
    private readonly PackedTool _tool;

    public ForeignRepositoryTests(PackedTool tool)
    {
        _tool = tool;
        Put("global.json", """{ "sdk": { "version": "8.0.100", "rollForward": "disable" } }""");
        Put("Directory.Build.props", "<Project><Import Project=\"nosuch.props\" /></Project>");
        Put("nuget.config", "<configuration><packageSources><clear /></packageSources></configuration>");
        Directory.CreateDirectory(Path.Combine(_user.WorkFolder, "traces"));
        File.Copy(RepositoryFiles.SampleTrace("native-6.18/make.perf.data.zst"), Path.Combine(_user.WorkFolder, "traces/make.perf.data.zst"));
        PutPlan(Kept);
    }

    public void Dispose() => _user.Dispose();

    [Fact]
    public void The_repository_stops_an_installation_from_inside() =>
        Assert.Equal("failed\n", Shell("dotnet tool install ForkTrace --tool-path /dev/null/tools > /dev/null 2>&1 || echo failed"));

    [Fact]
    public void The_steps_of_the_action_judge_a_plan()
    {
        // A folder of packages, without and with a version. After that, the tool is already installed, as from the cache.
        string temporary = Directory.CreateDirectory(Path.Combine(_user.Folder, "runner")).FullName;
        string feed = Path.GetRelativePath(_user.WorkFolder, _tool.Feed);
        Dictionary<string, string> inputs = new() { ["feed"] = feed };
        Assert.Contains("passed: 1 rule between policies kept", Shell(ActionFile.Read().Script(_user.WorkFolder, temporary, inputs)), StringComparison.Ordinal);
        Assert.StartsWith("## ✅ ForkTrace: passed", File.ReadAllText(Path.Combine(temporary, "summary")), StringComparison.Ordinal);

        Directory.Delete(Path.Combine(temporary, "forktrace"), recursive: true);
        inputs["version"] = _tool.Version;
        PutPlan(Broken);
        AssertBroken(ActionFile.Read().Script(_user.WorkFolder, temporary, inputs));
        AssertBroken(ActionFile.Read().Script(_user.WorkFolder, temporary, new Dictionary<string, string>()));
        XElement suites = XDocument.Load(Path.Combine(_user.WorkFolder, "forktrace-results/junit.xml")).Root!;
        Assert.Equal("1", suites.Attribute("failures")!.Value);
        Assert.Empty(Directory.GetDirectories(_user.WorkFolder, "obj"));
    }

    [Fact]
    public void The_lines_of_the_document_judge_a_plan()
    {
        string sources = Directory.CreateDirectory(Path.Combine(_user.Home, ".nuget/NuGet")).FullName;
        File.WriteAllText(
            Path.Combine(sources, "NuGet.Config"),
            $"<configuration><packageSources><add key=\"feed\" value=\"{_tool.Feed}\" /></packageSources></configuration>");
        Dictionary<object, object> job = (Dictionary<object, object>)Yaml(Block("## GitLab"))["forktrace"];
        string pipeline = string.Join('\n', ((List<object>)job["script"]).Prepend("set -e"))
            .Replace("/tmp/forktrace", Path.Combine(_user.Folder, "gitlab"), StringComparison.Ordinal);
        string shell = $"set -e\n{Block("## Any shell")}";
        foreach (string script in (string[])[pipeline, shell])
        {
            Assert.Contains(DocumentedVersion, script, StringComparison.Ordinal);
            string released = script.Replace(DocumentedVersion, _tool.Version, StringComparison.Ordinal);
            PutPlan(Kept);
            Assert.Contains("passed: 1 rule between policies kept", Shell(released), StringComparison.Ordinal);
            PutPlan(Broken);
            AssertBroken(string.Join('\n', released.Split('\n').Where(line => !line.Contains("tool install", StringComparison.Ordinal))));
        }
    }

    [Fact]
    public void The_workflow_of_the_document_is_ten_lines_at_most_and_gives_inputs_that_the_action_has()
    {
        string workflow = Block("## GitHub");
        Assert.InRange(workflow.Trim().Split('\n').Length, 1, 10);
        Dictionary<object, object> job = (Dictionary<object, object>)((Dictionary<object, object>)Yaml(workflow)["jobs"])["forktrace"];
        Dictionary<object, object> gate = (Dictionary<object, object>)((List<object>)job["steps"])[^1];
        Assert.Empty(((Dictionary<object, object>)gate["with"]).Keys.Cast<string>().Except(ActionFile.Read().Inputs));
    }

    private void AssertBroken(string script)
    {
        string said = Shell($"bash <<'GATE' || echo \"exit code $?\"\n{script}\nGATE");
        Assert.Contains($"broken rule {Broken}", said, StringComparison.Ordinal);
        Assert.EndsWith("exit code 4\n", said, StringComparison.Ordinal);
    }

    private string Shell(string script) => _user.Run("/bin/bash", "-c", script);

    private void PutPlan(string rule) => Put("forktrace.toml", $"""
        traces = ["traces/*.zst"]
        policies = ["linux", "rcu-cache"]
        expect = ["{rule}"]
        """);

    private void Put(string name, string text) => File.WriteAllText(Path.Combine(_user.WorkFolder, name), text);

    private static Dictionary<object, object> Yaml(string text) => new DeserializerBuilder().Build().Deserialize<Dictionary<object, object>>(text);

    // The first code block below a heading in docs/ci.md.
    private static string Block(string heading)
    {
        IEnumerable<string> below = File.ReadAllLines(Path.Combine(RepositoryFiles.Root, "docs", "ci.md")).SkipWhile(line => line != heading);
        IEnumerable<string> block = below.SkipWhile(line => !line.StartsWith("```", StringComparison.Ordinal)).Skip(1);
        return string.Join('\n', block.TakeWhile(line => line != "```"));
    }
}
