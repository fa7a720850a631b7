using System.Text;
using ForkTrace.Events;
using ForkTrace.Ingest.Input;

namespace ForkTrace.Ingest.Tests.Text;

/// <summary>Texts that are cut, have flipped bits or unusual endings are read as far as possible, or rejected with a message.</summary>
public sealed class TextDamageTests
{
    public static TheoryData<string> Samples { get; } =
    [
        "formats/ftrace_default.txt.zst", "formats/ftrace_latency.txt.zst", "formats/v7_default.report.txt.zst",
        "formats/v7_tsc.report.txt.zst", "formats/perf_g.script_ns.txt.zst", "formats/perf_file.script_task_events.txt.zst",
        "vm-6.1/prefork.report_t_head.txt.zst",
    ];

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_text_cut_anywhere_gives_the_events_before_the_cut(string sample)
    {
        byte[] text = Head(TextFile.Sample(sample), 1200);
        Row[] whole = Rows(text);
        for (int length = 1; length < text.Length; length++)
        {
            Row[]? rows = TryRows(text[..length]);
            if (rows is null)
                continue;
            Assert.InRange(rows.Length, 0, whole.Length);

            // The last row may come from a line that was cut within a number.
            for (int row = 0; row < rows.Length - 1; row++)
                Assert.Equal(Position(whole[row]), Position(rows[row]));
        }
    }

    // Swapped, doubled and removed fields: unlike flipped bits, these changes reach deep into the bodies.
    [Theory]
    [MemberData(nameof(Samples))]
    public void Shuffled_pieces_are_met_with_words(string sample)
    {
        byte[] text = Head(TextFile.Sample(sample), 10_000);
        Random random = new(7);
        for (int round = 0; round < 100; round++)
        {
            List<byte> damaged = [.. text];
            for (int edits = random.Next(1, 40); edits > 0; edits--)
            {
                int from = random.Next(damaged.Count - 40), length = random.Next(1, 40);
                byte[] piece = [.. damaged.Skip(from).Take(length)];
                if (edits % 2 == 0)
                    damaged.RemoveRange(from, length);
                damaged.InsertRange(random.Next(damaged.Count), piece);
            }

            TryRows([.. damaged]);
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Carriage_returns_change_nothing(string sample)
    {
        byte[] text = TextFile.Sample(sample);
        string windows = Encoding.Latin1.GetString(text).Replace("\n", "\r\n", StringComparison.Ordinal);
        using EventTable expected = TextFile.Read(text);
        using EventTable actual = TextFile.ReadText(windows);
        Assert.Equal(Row.Of(expected), Row.Of(actual));
        Assert.Equal(expected.Facts.Issues, actual.Facts.Issues);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_last_line_without_a_newline_counts_and_is_reported(string sample)
    {
        byte[] text = TextFile.Sample(sample).AsSpan().TrimEnd((byte)'\n').ToArray();
        Row[] whole = Rows(TextFile.Sample(sample));
        using EventTable table = TextFile.Read(text);
        Assert.Equal(whole, Row.Of(table));
        Assert.Contains(table.Facts.Issues, issue => issue.Code == "no_final_newline");
    }

    // An incomplete download, or head -n.
    [Theory]
    [InlineData("formats/ftrace_default.txt.zst")]
    [InlineData("formats/ftrace_latency.txt.zst")]
    public void Fewer_lines_than_the_header_says_are_loss(string sample)
    {
        byte[] whole = TextFile.Sample(sample);
        using EventTable all = TextFile.Read(whole);
        Assert.Empty(all.Facts.Issues);
        int end = whole.AsSpan(0, whole.Length / 3).LastIndexOf((byte)'\n') + 1;
        using EventTable table = TextFile.Read(whole[..end]);
        ImportIssue issue = Assert.Single(table.Facts.Issues);
        Assert.Equal(("missing_lines", IssueSeverity.DataLoss), (issue.Code, issue.Severity));
        Assert.Equal(all.Facts.EventsTotal - table.Facts.EventsTotal, issue.Count);
    }

    [Fact]
    public void Names_in_colours_are_reported_as_loss()
    {
        string text = System.Text.Encoding.Latin1.GetString(TextFile.Sample("formats/ftrace_default.txt.zst"));
        string coloured = text.Replace("task_newtask", "\u001b[01;31m\u001b[Ktask_newtask\u001b[m\u001b[K", StringComparison.Ordinal);
        using EventTable table = TextFile.ReadText(coloured);
        ImportIssue issue = Assert.Single(table.Facts.Issues);
        Assert.Equal(("coloured_lines", IssueSeverity.DataLoss, 303), (issue.Code, issue.Severity, issue.Count));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_text_in_utf_16_is_rejected_with_the_way_out(bool bigEndian)
    {
        System.Text.UnicodeEncoding encoding = new(bigEndian, byteOrderMark: true);
        byte[] text = [.. encoding.GetPreamble(), .. encoding.GetBytes("# tracer: nop\n#\n")];
        IngestException rejection = Assert.Throws<IngestException>(() => TextFile.Read(text));
        Assert.Contains("'iconv -f utf-16 -t utf-8'", rejection.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Unread_and_damaged_lines_are_counted_with_the_first_of_each()
    {
        using EventTable table = TextFile.Read(
            "# tracer: nop",
            "              sh-1       [000] .....     5.000001: sched_process_exit: comm=sh pid=1 prio=120",
            "what is this",
            "              sh-1       [000] .....     5.000002: sched_process_exit: comm=sh prio=120",
            "and this",
            "              sh-1       [000] .....     5.000003: sched_process_exit: comm=sh pid=1 prio=120");
        Assert.Equal(2, table.Count);
        ImportIssue unread = Assert.Single(table.Facts.Issues, issue => issue.Code == "unread_lines");
        ImportIssue damaged = Assert.Single(table.Facts.Issues, issue => issue.Code == "damaged_lines");
        Assert.Equal((2, IssueSeverity.Warning), (unread.Count, unread.Severity));
        Assert.Equal((1, IssueSeverity.DataLoss), (damaged.Count, damaged.Severity));
        Assert.Contains("line 3", unread.Message, StringComparison.Ordinal);
        Assert.Contains("line 4", damaged.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("# tracer: nop\n#\n# entries-in-buffer/entries-written: 0/0   #P:4\n#\n", 4)]
    [InlineData("cpus=8\nCPU 0 is empty\nCPU 1 is empty\n", 8)]
    [InlineData("# ========\n# nrcpus avail : 3\n# ========\n#\n", 3)]
    public void An_empty_trace_is_a_trace(string text, int cpus)
    {
        using EventTable table = TextFile.ReadText(text);
        Assert.Equal((0, cpus), (table.Count, table.Facts.Cpus));
        Assert.Empty(table.Facts.Issues);
    }

    [Fact]
    public void Invalid_numbers_are_not_events()
    {
        string good = "              sh-1       [000] .....     5.000001: sched_process_exit: comm=sh pid=1 prio=120";
        string[] bad =
        [
            good.Replace("sh-1 ", "sh-99999999999 ", StringComparison.Ordinal), good.Replace("[000]", "[99999]", StringComparison.Ordinal),
            good.Replace("5.000001", "99999999999999999999.000001", StringComparison.Ordinal),
            good.Replace("5.000001", "9223372037.000001", StringComparison.Ordinal),
            good.Replace("5.000001", "5.0000000001", StringComparison.Ordinal),
            good.Replace("5.000001", "5.", StringComparison.Ordinal), good.Replace("5.000001", "-5.000001", StringComparison.Ordinal),
        ];
        using EventTable table = TextFile.Read([good, .. bad, good]);
        Assert.Equal(2, table.Count);
        Assert.Equal(bad.Length, Assert.Single(table.Facts.Issues).Count);
    }

    // Texts are read 16 MiB at a time.
    [Fact]
    public void Long_texts_and_endless_lines_are_read_to_the_end()
    {
        byte[] whole = TextFile.Sample("vm-6.1/prefork.report_t_head.txt.zst");

        // Without the header, because another header would begin another recording.
        Assert.StartsWith("cpus=", Encoding.ASCII.GetString(whole[..5]), StringComparison.Ordinal);
        byte[] once = whole[(whole.IndexOf((byte)'\n') + 1)..];
        byte[] junk = new byte[(1 << 24) + 100];
        Array.Fill(junk, (byte)'x');
        byte[] all = [.. Enumerable.Repeat(once, 14).SelectMany(each => each), .. junk, (byte)'\n', .. once];
        using EventTable expected = TextFile.Read(once);
        using EventTable table = TextFile.Read(all);
        Assert.True(once.Length * 14 > 1 << 24, "the text must not fit one window");
        Assert.Equal(expected.Facts.EventsTotal * 15, table.Facts.EventsTotal);
        Assert.Equal(expected.Count * 15, table.Count);
        ImportIssue unread = Assert.Single(table.Facts.Issues, issue => issue.Code == "unread_lines");
        Assert.Contains($"line {(once.AsSpan().Count((byte)'\n') * 14) + 1}.", unread.Message, StringComparison.Ordinal);
    }

    private static byte[] Head(byte[] text, int length) =>
        text[..(text.AsSpan(0, Math.Min(length, text.Length)).LastIndexOf((byte)'\n') + 1)];

    private static (long, int, EventKind) Position(Row row) => (row.TimeNs, row.Cpu, row.Kind);

    private static Row[] Rows(byte[] text)
    {
        using EventTable table = TextFile.Read(text);
        return Row.Of(table);
    }

    private static Row[]? TryRows(byte[] text)
    {
        try
        {
            return Rows(text);
        }
        catch (IngestException rejected)
        {
            Assert.Contains(rejected.Code, new[] { "unknown_format", "unsupported" });
            return null;
        }
    }
}
