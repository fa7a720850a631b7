namespace ForkTrace.TestKit.Fuzzing;

/// <summary>Beginnings of shipped texts, in whole lines.</summary>
internal static class TextSeeds
{
    private const int SmallBytes = 1500;
    private const int LargeBytes = 10_000;

    /// <summary>A short and a long beginning of each text.</summary>
    public static IReadOnlyList<byte[]> Of(params string[] samples) =>
    [
        .. samples.Select(SampleRecordings.Bytes).SelectMany(text => new[] { Head(text, SmallBytes), Head(text, LargeBytes) }),
    ];

    public static byte[] Head(byte[] text, int length) =>
        text[..(text.AsSpan(0, Math.Min(length, text.Length)).LastIndexOf((byte)'\n') + 1)];
}
