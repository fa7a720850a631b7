using System.Text;

namespace ForkTrace.Events.Tests;

/// <summary>Digests are equal to the output of <c>xxh128sum</c> (xxHash 0.8.1).</summary>
public sealed class RecordingDigestTests
{
    [Theory]
    [InlineData("", "xxh128:99aa06d3014798d86001c324468d497f")]
    [InlineData("abc", "xxh128:06b05ab6733a618578af5f94892f3950")]
    public void A_digest_is_what_the_tool_prints(string text, string expected)
    {
        Assert.Equal(expected, RecordingDigest.Of(text));
        Assert.Equal(expected, RecordingDigest.Of(new MemoryStream(Encoding.UTF8.GetBytes(text))));
    }

    [Fact]
    public void The_digest_of_files_is_that_of_what_the_tool_prints_of_them()
    {
        string lines = "06b05ab6733a618578af5f94892f3950  data\n99aa06d3014798d86001c324468d497f  data.0\n";
        (string Digest, string Name)[] files = [(RecordingDigest.Of("abc"), "data"), (RecordingDigest.Of(""), "data.0")];
        Assert.Equal(RecordingDigest.Of(lines), RecordingDigest.OfFiles(files));
    }

    [Fact]
    public void An_event_file_of_before_keeps_its_sha256()
    {
        string sha256 = string.Concat(Enumerable.Repeat("0123456789abcdef", 4));
        TraceFacts facts = TraceFactsJson.Deserialize($$"""{"format":"perf.data","sha256":"{{sha256}}"}""");
        Assert.Equal("sha256:" + sha256, facts.Digest);
    }
}
