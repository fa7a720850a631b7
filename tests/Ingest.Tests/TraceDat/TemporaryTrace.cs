using ForkTrace.Events;
using ForkTrace.Ingest.Formats;
using ForkTrace.Ingest.Input;

namespace ForkTrace.Ingest.Tests.TraceDat;

/// <summary>Reads bytes as a trace, through a temporary file.</summary>
internal static class TemporaryTrace
{
    public static EventTable Read(byte[] bytes, IngestOptions? options = null)
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            File.WriteAllBytes(path, bytes);
            return TraceReader.Read(path, options);
        }
        finally
        {
            File.Delete(path);
        }
    }

    public static EventTable Read(TraceDatWriter writer, IngestOptions? options = null) => Read(writer.Build(), options);

    /// <summary>The exception if these bytes are rejected; else null.</summary>
    public static IngestException? Rejection(byte[] bytes)
    {
        try
        {
            using EventTable table = Read(bytes);
            return null;
        }
        catch (IngestException rejection)
        {
            return rejection;
        }
    }
}
