using System.Diagnostics.CodeAnalysis;

namespace ForkTrace.Ingest.Input;

/// <summary>
/// Limits the size of an unpacked recording, since small files that unpack without end are attacks. The best-packed sample recording
/// unpacks to 120 times its size; the limits are 1000 times, and 64 GiB.
/// </summary>
/// <param name="BytesMax">The limit that the user gave, in bytes; null for the default, which depends on the packed size.</param>
internal sealed record UnpackLimit(long? BytesMax)
{
    private const long DefaultBytesMax = 64L << 30;
    private const long RatioMax = 1000;

    // Allowed even for the smallest file.
    private const long BytesAllowed = 64 << 20;

    /// <summary>Number of bytes that a file of <paramref name="packedBytes"/> may unpack to.</summary>
    public long Of(long packedBytes) => BytesMax
        ?? (packedBytes < DefaultBytesMax / RatioMax ? Math.Max(BytesAllowed, packedBytes * RatioMax) : DefaultBytesMax);

    /// <summary>Rejects a file that unpacks to more.</summary>
    [DoesNotReturn]
    public static void Refuse(string name, long bytesMax) => Reject.For(
        "too_large",
        $"{name} contains or unpacks to more than {bytesMax} bytes, the limit for an input of its size: if you trust it,"
        + " raise the limit with --max-unpacked SIZE");
}

/// <summary>
/// The limit for everything that a reader unpacks within a recording: compressed records, chunks and packets together. Threads may share
/// it.
/// </summary>
internal sealed class UnpackBudget(string name, long bytesMax)
{
    private long _bytes;

    /// <summary>The budget for a recording, from its size on disk.</summary>
    public static UnpackBudget Of(TraceInput input, long? bytesMax) => new(input.Name, new UnpackLimit(bytesMax).Of(input.SizeBytes));

    /// <summary>Counts unpacked bytes, or bytes about to be unpacked. Rejects the recording beyond the limit.</summary>
    public void Take(long bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes) > bytesMax)
            UnpackLimit.Refuse(name, bytesMax);
    }
}
