namespace ForkTrace.Notebooks.Tests;

/// <summary>
/// Where a notebook runs: in the folder of the notebooks, with the built tool first on the PATH, and with a temporary folder that goes
/// afterwards.
/// </summary>
internal sealed class NotebookWorkspace : IDisposable
{
    private readonly string _folder = Environment.CurrentDirectory;
    private readonly string? _path = Environment.GetEnvironmentVariable("PATH");
    private readonly string? _temporary = Environment.GetEnvironmentVariable("TMPDIR");
    private readonly string _files = Directory.CreateTempSubdirectory("forktrace-tests-").FullName;

    public NotebookWorkspace()
    {
        Environment.CurrentDirectory = NotebookFile.Folder;
        Environment.SetEnvironmentVariable("PATH", NotebookFile.PathWithTool);
        Environment.SetEnvironmentVariable("TMPDIR", _files);
    }

    public void Dispose()
    {
        Environment.CurrentDirectory = _folder;
        Environment.SetEnvironmentVariable("PATH", _path);
        Environment.SetEnvironmentVariable("TMPDIR", _temporary);
        Directory.Delete(_files, recursive: true);
    }
}
