using System.Diagnostics;

namespace ForkTrace.Events.Tests;

/// <summary>Temporary files are removed after use. Files of ended processes are removed by the next process.</summary>
public sealed class TemporaryPathTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("forktrace-temporary").FullName;

    private IEnumerable<string> Names => Directory.GetFileSystemEntries(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal)!;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_draft_stands_next_to_its_file_names_the_process_and_goes()
    {
        using (TemporaryPath draft = TemporaryPath.Beside(Path.Combine(_folder, "a.html")))
        {
            File.WriteAllText(draft.Path, "");
            Assert.Matches($@"^\.a\.html\.forktrace-{Environment.ProcessId}-[a-z0-9]{{8}}\.partial$", Names.Single());
        }

        Assert.Empty(Names);
    }

    [Fact]
    public void A_folder_goes_with_all_in_it_and_only_its_owner_may_enter()
    {
        string path;
        using (TemporaryPath folder = TemporaryPath.NewFolder())
        {
            path = folder.Path;
            File.WriteAllText(Path.Combine(path, "a"), "");
            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(path));
        }

        Assert.False(Directory.Exists(path));
    }

    [Fact]
    public void What_a_process_that_is_gone_left_is_removed_and_nothing_else()
    {
        int dead = DeadProcess();
        string[] stale =
        [
            $".b.csv.forktrace-{dead}-abcdefgh.partial", $".c d.forktrace-{dead}-01234567.partial", $".d.duckdb.forktrace-{dead}-01234567.partial.wal",
        ];
        string[] others =
        [
            $".b.csv.forktrace-{Environment.ProcessId}-abcdefgh.partial", $".b.csv.forktrace-{dead}-abcdefgh.partial.txt",
            $".d.duckdb.forktrace-{Environment.ProcessId}-abcdefgh.partial.wal",
            $".b.csv.forktrace-{dead}-abc.partial", ".b.csv.forktrace-x-abcdefgh.partial", $"b.csv.forktrace-{dead}-abcdefgh.partial",
            $".b.csv.{dead}-abcdefgh.partial", "b.csv", $".locked.forktrace-{dead}-abcdefgh.partial",
        ];
        foreach (string name in stale.Concat(others))
            File.WriteAllText(Path.Combine(_folder, name), "");
        using (FileStream locked = new(Path.Combine(_folder, others[^1]), FileMode.Open, FileAccess.Write, FileShare.None))
            OutputFile.Write(Path.Combine(_folder, "a.txt"), stream => stream.WriteByte(1));
        Assert.Equal(others.Append("a.txt").Order(StringComparer.Ordinal), Names);
    }

    private static int DeadProcess()
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", "--version") { RedirectStandardOutput = true })!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.Id;
    }
}
