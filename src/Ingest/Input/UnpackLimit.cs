using System.Diagnostics.CodeAnalysis;

namespace ForkTrace.Ingest.Input;

/// <summary>
/// How large a packed recording may become: small files that unpack without end are attacks. Of the sample recordings the one that
/// is packed best unpacks to 120 times its size; the limits are 1000 times, and 64 GiB.
/// </summary>
/// <param name="BytesMax">The limit that the user gave, in bytes; null for the default, which depends on the packed size.</param>
internal sealed record UnpackLimit(long? BytesMax)
{
    private const long DefaultBytesMax = 64L << 30;
    private const long RatioMax = 1000;

    // So much is allowed of the smallest file.
    private const long BytesAllowed = 64 << 20;

    /// <summary>Bytes that a file of <paramref name="packedBytes"/> may unpack to.</summary>
    public long Of(long packedBytes) => BytesMax
        ?? (packedBytes < DefaultBytesMax / RatioMax ? Math.Max(BytesAllowed, packedBytes * RatioMax) : DefaultBytesMax);

    /// <summary>Rejects what unpacks to more.</summary>
    [DoesNotReturn]
    public static void Refuse(string name, long bytesMax) => Reject.For(
        "too_large",
        $"{name} holds or unpacks to more than {bytesMax} bytes, which is the limit for an input of its size: if you trust it,"
        + " raise the limit with --max-unpacked SIZE");
}

/// <summary>
/// The limit for what a reader unpacks within a recording: compressed records, chunks and packets, all together. Threads may share one.
/// </summary>
internal sealed class UnpackBudget(string name, long bytesMax)
{
    private long _bytes;

    /// <summary>The budget of a recording, as it lies on disk.</summary>
    public static UnpackBudget Of(TraceInput input, long? bytesMax) => new(input.Name, new UnpackLimit(bytesMax).Of(input.SizeBytes));

    /// <summary>Counts bytes that were unpacked, or are about to be; rejects the recording beyond the limit.</summary>
    public void Take(long bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes) > bytesMax)
            UnpackLimit.Refuse(name, bytesMax);
    }
}
