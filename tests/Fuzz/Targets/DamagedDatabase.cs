using ForkTrace.TestKit.Fuzzing;

namespace ForkTrace.Fuzz.Targets;

/// <summary>A results database with damaged bytes. The engine finds most of them; what it lets through must be read or rejected.</summary>
internal sealed class DamagedDatabase(DatabaseReaders readers)
{
    private readonly string _path = ScratchFile.NewPath() + ".duckdb";

    /// <summary>Damages a byte per change and lets a reader read. False if it rejects the database.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="changes">Four bytes each: three for the place and one for the value.</param>
    public bool TryRead(int reader, IEnumerable<byte[]> changes)
    {
        byte[] file = [.. readers.Whole];
        foreach (byte[] change in changes)
            file[((change[0] << 16) | (change[1] << 8) | change[2]) * (long)file.Length >> 24] = change[3];
        File.WriteAllBytes(_path, file);
        try
        {
            return readers.TryRead(_path, reader);
        }
        finally
        {
            File.Delete(_path);
            File.Delete(_path + ".wal");
        }
    }
}
