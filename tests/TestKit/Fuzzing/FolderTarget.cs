using ForkTrace.Events;
using ForkTrace.Ingest;
using ForkTrace.Ingest.Formats;

namespace ForkTrace.TestKit.Fuzzing;

/// <summary>A recording that is a folder. One input has all its files (<see cref="FileParts"/>).</summary>
public abstract class FolderTarget : RecordingTarget
{
    /// <summary>Path in the folder for the file at a place in the input. Each place has a different path.</summary>
    protected abstract string FileName(int place);

    protected override EventTable Read(byte[] input, IngestOptions options)
    {
        string folder = ScratchFile.NewPath();
        Directory.CreateDirectory(folder);
        try
        {
            IReadOnlyList<byte[]> files = FileParts.Split(input);
            for (int place = 0; place < files.Count; place++)
            {
                string path = Path.Combine(folder, FileName(place));
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllBytes(path, files[place]);
            }

            return TraceReader.Read(folder, options);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
