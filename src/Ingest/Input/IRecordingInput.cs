namespace ForkTrace.Ingest.Input;

/// <summary>The file or files that a recording is read from.</summary>
internal interface IRecordingInput : IDisposable
{
    /// <summary>Name without folder.</summary>
    string Name { get; }

    /// <summary>Bytes on disk, of all files.</summary>
    long SizeBytes { get; }

    /// <summary>The recording's digest, after it has been read.</summary>
    string Digest { get; }

    /// <summary>True if bytes can be read only once.</summary>
    bool IsPipe { get; }

    /// <summary>Rejects the recording if it has changed since it was opened. Call it after everything is read.</summary>
    /// <exception cref="IngestException">It has changed.</exception>
    void RequireUnchanged();
}
