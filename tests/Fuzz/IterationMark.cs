using System.IO.MemoryMappedFiles;

namespace ForkTrace.Fuzz;

/// <summary>The number of the current iteration, in a mapped file, so that it is still there after a crash of the process.</summary>
internal sealed class IterationMark : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    public IterationMark(string folder, string target)
    {
        _file = MemoryMappedFile.CreateFromFile(Path.Combine(folder, target + ".iteration"), FileMode.OpenOrCreate, null, sizeof(long));
        _view = _file.CreateViewAccessor();
    }

    public long Value
    {
        get => _view.ReadInt64(0);
        set => _view.Write(0, value);
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
