namespace ForkTrace.Events.Tests;

/// <summary>A run must not write a file that it reads, a file twice, or over a file that is not its own output.</summary>
public sealed class OutputSetTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("forktrace-outputs-").FullName;

    private string Input => Put("input.dat", "recorded");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("input.dat")]
    [InlineData("other/../input.dat")]
    [InlineData("hard")]
    [InlineData("soft")]
    [InlineData("soft2")]
    public void An_input_is_never_overwritten(string name)
    {
        string input = Input;
        Directory.CreateDirectory(Of("other"));
        Link(input, "hard");
        File.CreateSymbolicLink(Of("soft"), input);
        File.CreateSymbolicLink(Of("soft2"), Of("soft"));
        foreach (bool isForced in (bool[])[false, true])
        {
            foreach (OutputForm form in (OutputForm[])[OutputForm.Events, new OutputForm("a recording", "recorded"u8.ToArray())])
                Refuses($"refusing to overwrite {Of(name)}: it is ", new OutputSet(["SELECT 1", input], isForced), name, form);
        }

        Assert.Equal("recorded", File.ReadAllText(input));
    }

    [Theory]
    [InlineData("new", "new")]
    [InlineData("new", "./new")]
    [InlineData("link/new", "folder/new")]
    [InlineData("dangling", "folder/target")]
    [InlineData("old.duckdb", "hard")]
    [InlineData("old.duckdb", "soft")]
    public void Two_outputs_are_two_files(string first, string second)
    {
        Directory.CreateDirectory(Of("folder"));
        Directory.CreateSymbolicLink(Of("link"), Of("folder"));
        File.CreateSymbolicLink(Of("dangling"), Of("folder/target"));
        string old = Put("old.duckdb", "12345678DUCK");
        Link(old, "hard");
        File.CreateSymbolicLink(Of("soft"), old);
        OutputSet outputs = new([], isForced: true);
        outputs.Add(Of(first), OutputForm.Database);
        Refuses($"cannot write {Of(second)}: it is the same file as {Of(first)}", outputs, second, OutputForm.Page);
        outputs.Add(Of("another"), OutputForm.Page);
    }

    [Fact]
    public void What_is_no_regular_file_stays()
    {
        foreach (bool isForced in (bool[])[false, true])
        {
            OutputSet outputs = new([], isForced);
            Refuses($"cannot write {_folder}: it is a folder", outputs, _folder, OutputForm.Events);
            Refuses("cannot write /dev/null: it is a device", outputs, "/dev/null", OutputForm.Events);
            Refuses("cannot write /dev/stdout: it is ", outputs, "/dev/stdout", OutputForm.Events);
            Refuses("the output has no name", outputs, "", OutputForm.Events);
            Refuses($"cannot write {Of("none/x")}: the folder {Of("none")} does not exist", outputs, "none/x", OutputForm.Events);
            Refuses($"cannot write {Of("input.dat/x")}: the folder", outputs, $"{Path.GetFileName(Input)}/x", OutputForm.Events);
        }
    }

    [Fact]
    public void A_file_of_another_form_needs_force()
    {
        string path = Put("main.c", "int main;");
        string refusal = $"refusing to overwrite {path}: it is not a page that ForkTrace wrote (use --force to replace it)";
        Refuses(refusal, new OutputSet([]), "main.c", OutputForm.Page);
        Assert.False(new OutputSet([], isForced: true).Add(path, OutputForm.Page).HasOlder);
        Refuses(
            $"refusing to overwrite {path}: it is part of the input {_folder}", new OutputSet([_folder], isForced: true), "main.c", OutputForm.Page);
        Put("main.c", "");
        Assert.False(new OutputSet([]).Add(path, OutputForm.Page).HasOlder);
    }

    [Theory]
    [InlineData("<!DOCTYPE html>\n<title>ForkTrace report</title>", true)]
    [InlineData("<!DOCTYPE html>\n<title>mine</title>", false)]
    [InlineData("ForkTrace report", false)]
    [InlineData("<", false)]
    public void A_page_is_known_by_its_beginning_and_its_title(string text, bool isOurs) =>
        Assert.Equal(isOurs, OutputForm.Page.IsFormOf(Put("page.html", text)));

    [Fact]
    public void A_mark_is_found_at_the_end_of_a_large_file_too()
    {
        string middle = new('x', 3 << 20);
        Assert.True(OutputForm.EventParquet.IsFormOf(Put("ours", $"PAR1{middle}forktrace.facts PAR1")));
        Assert.False(OutputForm.EventParquet.IsFormOf(Put("theirs", $"PAR1{middle}{middle} PAR1")));
        Assert.False(OutputForm.Database.IsFormOf(Put("short", "123")));
    }

    [Fact]
    public void A_folder_that_is_made_later_can_hold_outputs()
    {
        OutputSet outputs = new([]);
        outputs.AddFolder(Of("new/results"));
        outputs.Add(Of("new/results/summary.md"), OutputForm.Summary);
        Refuses(
            $"cannot write {Of("new/results/summary.md")}: it is the same file as", outputs, "new/results/summary.md", OutputForm.Summary);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
        OutputException refusal = Assert.Throws<OutputException>(() => outputs.AddFolder(Input));
        Assert.Equal($"cannot write into {Of("input.dat")}: it is a file, not a folder", refusal.Message);
    }

    [Fact]
    public void A_link_stays_and_its_file_is_replaced()
    {
        File.CreateSymbolicLink(Of("link"), "target");
        OutputFile.WriteText(Of("link"), text => text.Write("first"));
        OutputFile.WriteText(Of("link"), text => text.Write("second"));
        Assert.Equal("second", File.ReadAllText(Of("target")));
        Assert.Equal("target", new FileInfo(Of("link")).LinkTarget);
        Assert.Equal(2, Directory.GetFileSystemEntries(_folder).Length);
    }

    [Fact]
    public void A_failure_names_the_file_and_not_its_draft()
    {
        string path = Put("kept", "old");
        OutputException failure = Assert.Throws<OutputException>(
            () => OutputFile.Replace(path, draft => throw new IOException($"Input/output error : '{draft}'")));
        Assert.Equal($"cannot write {path}: Input/output error", failure.Message);
        failure = Assert.Throws<OutputException>(() => OutputFile.Replace(path, draft => throw new IOException($"{draft} is bad")));
        Assert.Equal($"cannot write {path}: {path} is bad", failure.Message);
        Assert.Equal("old", File.ReadAllText(path));
    }

    private void Refuses(string expected, OutputSet outputs, string name, OutputForm form)
    {
        string path = name.Length == 0 ? "" : Of(name);
        OutputException refusal = Assert.Throws<OutputException>(() => outputs.Add(path, form));
        Assert.StartsWith(expected, refusal.Message, StringComparison.Ordinal);
    }

    // An absolute name is unchanged.
    private string Of(string name) => Path.Combine(_folder, name);

    private string Put(string name, string content)
    {
        File.WriteAllText(Of(name), content);
        return Of(name);
    }

    private void Link(string path, string name)
    {
        using System.Diagnostics.Process link = System.Diagnostics.Process.Start("ln", [path, Of(name)]);
        link.WaitForExit();
        Assert.Equal(0, link.ExitCode);
    }
}
