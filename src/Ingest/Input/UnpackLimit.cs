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
}
