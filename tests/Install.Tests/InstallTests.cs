using ForkTrace.TestKit;

namespace ForkTrace.Install.Tests;

/// <summary>A new user installs the tool and uses it, outside the repository.</summary>
public sealed class InstallTests(PackedTool tool) : IDisposable
{
    private readonly NewUser _user = new();

    [Fact]
    public void The_tool_installs_from_a_folder_of_packages()
    {
        string folder = Path.Combine(_user.Folder, "tools");
        _user.Run("dotnet", "tool", "install", "ForkTrace", "--tool-path", folder, "--source", tool.Feed, "--version", tool.Version);
        AssertDoesTheMainJob(Path.Combine(folder, "forktrace"));
    }

    [Fact]
    public void The_script_installs_into_a_prefix_and_updates_it()
    {
        string prefix = Path.Combine(_user.Folder, "a prefix");
        NewUser.RunScript("eng/install.sh", "--prefix", prefix);
        string first = Assert.Single(Directory.GetDirectories(Path.Combine(prefix, "lib/forktrace")));
        string said = NewUser.RunScript("eng/install.sh", $"--prefix={prefix}");
        Assert.Contains($"Installed forktrace {tool.Version}", said, StringComparison.Ordinal);
        Assert.NotEqual(first, Assert.Single(Directory.GetDirectories(Path.Combine(prefix, "lib/forktrace"))));
        AssertDoesTheMainJob(Path.Combine(prefix, "bin/forktrace"));
    }

    private void AssertDoesTheMainJob(string command)
    {
        Assert.StartsWith(tool.Version, _user.Run(command, "--version"), StringComparison.Ordinal);
        string recording = Path.Combine(_user.WorkFolder, "pthread.perf.data.zst");
        File.Copy(RepositoryFiles.SampleTrace("native-6.18/pthread.perf.data.zst"), recording);
        string table = _user.Run(command, "run", recording, "--html", "report.html");
        Assert.Contains("10,261", table, StringComparison.Ordinal);
        Assert.Contains("uPlot", File.ReadAllText(Path.Combine(_user.WorkFolder, "report.html")), StringComparison.Ordinal);
        Assert.Contains("10261", _user.Run(command, "query", "results.duckdb", "SELECT hits FROM summary WHERE policy = 'linux-5.18'"), StringComparison.Ordinal);
    }

    public void Dispose() => _user.Dispose();
}
