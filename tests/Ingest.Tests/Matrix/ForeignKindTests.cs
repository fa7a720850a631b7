using System.Text;
using ForkTrace.Ingest.Formats;
using ForkTrace.Ingest.Input;

namespace ForkTrace.Ingest.Tests.Matrix;

/// <summary>The message names the kind of an unsupported file, and the tool that converts it.</summary>
public sealed class ForeignKindTests
{
    [Theory]
    [InlineData("PERFFILE\u0001\0\0\0", "a perf.data of an old perf (PERFFILE, not PERFILE2)", "perf script")]
    [InlineData("SIMPLEPERF\u0001\0", "a report-sample file of simpleperf", "give the perf.data")]
    [InlineData("\u001e{\"type\":\"preamble\",\"version\":2}", "the metadata of a CTF 2 trace", "babeltrace2 convert")]
    [InlineData("{\n  \"type\":\"preamble\"}", "the metadata of a CTF 2 trace", "ctf-version=")]
    [InlineData("{\"traceEvents\":[]}", "Chrome's JSON", "give the recording")]
    [InlineData("[{\"name\":\"a\",\"ph\":\"B\"}]", "Chrome's JSON", "give the recording")]
    [InlineData("SQLite format 3\0", "an SQLite database", "give the recording")]
    [InlineData("\0\0\0\0\0\0\0\0DUCK", "a DuckDB database", "forktrace query")]
    [InlineData("# To display the perf.data header info, please use --header/--header-only options.\n#\n", "the text of perf report", "perf script")]
    [InlineData("Attaching 2 probes...\n", "the output of bpftrace", "forktrace record")]
    [InlineData("<!doctype html><html><body>news</body></html>", "an HTML page without a trace", "give the recording")]
    [InlineData("[03:02:40.979995502] (+0.001726402) host sched_switch: { cpu_id = 0 }, { prev_tid = 1 }\n", "the text of babeltrace", "folder")]
    [InlineData("     0.000 ( 0.008 ms): ls/159242 brk() = 0x55d0c0a0a000\n", "the text of perf trace", "perf script")]
    [InlineData("     0.000 prog/159242 syscalls:sys_enter_mmap(len: 64129, prot: READ)\n", "the text of perf trace", "perf script")]
    [InlineData("SLOW\u0003\0\u0020\0", "a method trace of Android's runtime", "forktrace record")]
    [InlineData("Rar!\u001a\u0007", "a RAR archive", "unrar x")]
    public void It_is_named_with_what_to_do(string beginning, string kind, string advice)
    {
        byte[] prefix = Encoding.Latin1.GetBytes(beginning);
        Assert.DoesNotContain(FormatCatalog.All, format => format.Sniff(prefix));
        IngestException rejection = Assert.Throws<IngestException>(() => FormatCatalog.Probe(prefix));
        Assert.Equal("unsupported", rejection.Code);
        Assert.Contains(kind, rejection.Message, StringComparison.Ordinal);
        Assert.Contains(advice, rejection.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', rejection.Message);
    }

    [Theory]
    [InlineData("hello, world\n", "a text without an event line")]
    [InlineData("\u0000\u0001\u0002abc", "begins with 000102616263")]
    public void The_rest_is_called_text_or_binary(string beginning, string said)
    {
        IngestException rejection = Assert.Throws<IngestException>(() => FormatCatalog.Probe(Encoding.Latin1.GetBytes(beginning)));
        Assert.Equal("unknown_format", rejection.Code);
        Assert.Contains(said, rejection.Message, StringComparison.Ordinal);
        Assert.Contains("perf.data", rejection.Message, StringComparison.Ordinal);
    }
}
