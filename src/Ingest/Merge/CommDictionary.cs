using System.Text.Unicode;

namespace ForkTrace.Ingest.Merge;

/// <summary>Joins the comm numbers of all streams into one table, in order of first appearance.</summary>
internal sealed class CommDictionary
{
    private readonly CommInterner _all = new();

    /// <summary>For each comm number of that stream, its number in the joint table, or 0 if it was not met yet.</summary>
    public static int[] MapOf(RawEventStream stream) => stream.Comms.JointNumbers ??= new int[stream.Comms.Count];

    /// <summary>Numbers a comm that was met for the first time in its stream.</summary>
    public int Number(RawEventStream stream, int comm) => _all.InternFrom(stream.Comms, comm);

    public CommTable ToTable()
    {
        ImmutableArray<string>.Builder names = ImmutableArray.CreateBuilder<string>(_all.Count);
        Span<byte> bytes = stackalloc byte[16];
        names.Add("");
        for (int index = 1; index < _all.Count; index++)
            names.Add(ToText(bytes[.._all.CopyBytes(index, bytes)]));
        return new CommTable(names.MoveToImmutable());
    }

    internal static string ToText(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes) && !bytes.Contains((byte)'\\'))
            return Encoding.UTF8.GetString(bytes);
        StringBuilder text = new();
        while (!bytes.IsEmpty)
        {
            bool isRune = Rune.DecodeFromUtf8(bytes, out Rune rune, out int consumed) == System.Buffers.OperationStatus.Done;
            if (isRune && rune.Value != '\\')
                text.Append(rune.ToString());
            else
                AppendEscaped(text, bytes[..consumed]);
            bytes = bytes[consumed..];
        }

        return text.ToString();
    }

    private static void AppendEscaped(StringBuilder text, ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
            text.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}");
    }
}
