using System.IO.Hashing;

namespace ForkTrace.Events;

/// <summary>
/// Identifies a recording independently of its name: XXH128 of its bytes, written as <c>xxh128:</c> and the output of <c>xxh128sum</c> (32
/// hexadecimal digits). It distinguishes recordings; it does not protect against forgery. Event files and databases of older versions have
/// <c>sha256:</c> and 64 digits. docs/adr/0009-xxh128-digest.md says why.
/// </summary>
public static class RecordingDigest
{
    private const string Algorithm = "xxh128:";

    public static string Of(ReadOnlySpan<byte> bytes) => Algorithm + Convert.ToHexStringLower(XxHash128.Hash(bytes));

    /// <summary>The digest of a text's UTF-8.</summary>
    public static string Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    /// <summary>The digest of a stream from its current position to its end.</summary>
    public static string Of(Stream stream)
    {
        XxHash128 hash = new();
        hash.Append(stream);
        return Of(hash);
    }

    /// <summary>The digest of all that was appended to the hash.</summary>
    public static string Of(XxHash128 hash)
    {
        ArgumentNullException.ThrowIfNull(hash);
        return Algorithm + Convert.ToHexStringLower(hash.GetCurrentHash());
    }

    /// <summary>The digest of several files: that of xxh128sum's output for them (<c>xxh128sum FILE... | xxh128sum</c>).</summary>
    public static string OfFiles(IEnumerable<(string Digest, string Name)> files) =>
        Of(string.Concat(files.Select(file => $"{file.Digest[Algorithm.Length..]}  {file.Name}\n")));

    /// <summary>The digest of a part of a recording, or of something made from it. Computed from two lines: the recording's digest and what
    /// was done.</summary>
    public static string OfPart(string digest, string made) => Of($"{digest}\n{made}\n");

    /// <summary>The digest of older versions: lower-case hexadecimal sha256.</summary>
    public static string OfSha256(string sha256) => string.IsNullOrEmpty(sha256) ? "" : $"sha256:{sha256}";
}
