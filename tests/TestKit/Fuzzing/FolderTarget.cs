using ForkTrace.Events;
using ForkTrace.Ingest;

namespace ForkTrace.TestKit.Fuzzing;

/// <summary>A recording that is a folder: its files come in one input (<see cref="FileParts"/>).</summary>
public abstract class FolderTarget : RecordingTarget
{
    /// <summary>Name of the file at a place in the input.</summary>
    protected abstract string FileName(int place);

    protected override EventTable Read(byte[] input, IngestOptions options)
    {
        string folder = ScratchFile.NewPath();
        Directory.CreateDirectory(folder);
        try
        {
            IReadOnlyList<byte[]> files = FileParts.Split(input);
            for (int place = 0; place < files.Count; place++)
                File.WriteAllBytes(Path.Combine(folder, FileName(place)), files[place]);
            return TraceReader.Read(folder, options);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
