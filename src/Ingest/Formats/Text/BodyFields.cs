using System.Runtime.CompilerServices;

namespace ForkTrace.Ingest.Formats.Text;

/// <summary>
/// Finds <c>key=value</c> fields in an event's body. Keys are given with the blank before them, " pid=". A comm is printed without
/// quotes and may hold what looks like a field, so callers say from which end a field is to be searched.
/// </summary>
internal static class BodyFields
{
    /// <summary>Offset of what follows the first <paramref name="key"/>, also where the body begins with it; -1 if there is none.</summary>
    public static int AfterFirst(ReadOnlySpan<byte> body, ReadOnlySpan<byte> key)
    {
        if (body.StartsWith(key[1..]))
            return key.Length - 1;
        int at = body.IndexOf(key);
        return at < 0 ? -1 : at + key.Length;
    }

    /// <summary>The number of the first field of that key.</summary>
    public static bool TryFirst(ReadOnlySpan<byte> body, ReadOnlySpan<byte> key, out long value)
    {
        value = 0;
        int at = AfterFirst(body, key);
        return at >= 0 && TextNumbers.TryNumber(body, ref at, out value);
    }

    /// <summary>The tid in the last field of that key, and where the field begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryLastTid(ReadOnlySpan<byte> body, ReadOnlySpan<byte> key, out int tid, out int fieldAt)
    {
        tid = 0;
        fieldAt = body.LastIndexOf(key);
        int at = fieldAt + key.Length;
        return fieldAt >= 0 && TextNumbers.TryTid(body, ref at, out tid);
    }

    /// <summary>The tid in a field " pid=N" that ends where <paramref name="end"/> says; read backwards.</summary>
    public static bool TryTidBefore(ReadOnlySpan<byte> body, int end, out int tid)
    {
        tid = 0;
        int at = end;
        while (at > 0 && body[at - 1] is >= (byte)'0' and <= (byte)'9')
            at--;
        int start = at;
        return start < end && body[..start].EndsWith("pid="u8) && TextNumbers.TryTid(body, ref at, out tid) && at == end;
    }
}
