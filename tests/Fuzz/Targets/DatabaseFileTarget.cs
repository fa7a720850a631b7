using ForkTrace.TestKit.Fuzzing;

namespace ForkTrace.Fuzz.Targets;

/// <summary>Results databases with damaged bytes. The engine finds most of them; what it lets through must be read or rejected.</summary>
/// <remarks>The first byte selects the reader. Then four bytes per change: three for the place and one for the value.</remarks>
internal sealed class DatabaseFileTarget : IFuzzTarget, IDisposable
{
    private const int ChangeBytes = 4;
    private const int ChangesMax = 32;
    private readonly DatabaseReaders _readers = new();
    private readonly string _path = ScratchFile.NewPath() + ".duckdb";

    public string Name => "database-file";

    public string? Format => null;

    public IReadOnlyList<byte[]> Seeds() => [[0, 0, 0, 1, 255], [3, 128, 0, 0, 1], [20, 200, 0, 0, 7, 100, 0, 0, 3]];

    public bool Run(byte[] input)
    {
        if (input.Length < 1 + ChangeBytes)
            return false;
        byte[] file = [.. _readers.Whole];
        foreach (byte[] change in input.Skip(1).Chunk(ChangeBytes).Where(change => change.Length == ChangeBytes).Take(ChangesMax))
        {
            long place = ((change[0] << 16) | (change[1] << 8) | change[2]) * (long)file.Length >> 24;
            file[place] = change[3];
        }

        File.WriteAllBytes(_path, file);
        try
        {
            return _readers.TryRead(_path, input[0]);
        }
        finally
        {
            File.Delete(_path);
            File.Delete(_path + ".wal");
        }
    }

    public void Dispose() => File.Delete(_path);
}
