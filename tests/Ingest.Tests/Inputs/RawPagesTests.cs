using System.Text;
using ForkTrace.Events;
using ForkTrace.Ingest.Input;
using ForkTrace.Ingest.Tests.Text;
using ForkTrace.Ingest.Tests.TraceDat;
using ForkTrace.TestKit;

namespace ForkTrace.Ingest.Tests.Inputs;

/// <summary>Folders of raw ring-buffer pages, made from a real recording, give the same events as its trace.dat.</summary>
public sealed class RawPagesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TraceDatParts _parts = TraceDatParts.OfSample();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("per_cpu/cpu{0}/trace_pipe_raw")]
    [InlineData("cpu{0}/trace_pipe_raw")]
    [InlineData("cpu{0}.raw")]
    [InlineData("cpu{0}")]
    [InlineData("trace_pipe_raw.cpu{0}")]
    [InlineData("trace.dat.cpu{0}")]
    public void Are_read_like_the_trace_dat(string place)
    {
        Put(place);
        using EventTable expected = TraceReader.Read(RepositoryFiles.SampleTrace("formats/v6.dat.zst"));
        using EventTable table = TraceReader.Read(_folder.Of("raw"));
        Assert.Equal(Row.Of(expected), Row.Of(table));
        Assert.Equal(expected.Facts.EventsByKind, table.Facts.EventsByKind);
        Assert.Equal(expected.Facts.EventsSkipped, table.Facts.EventsSkipped);
        Assert.Equal((expected.Facts.Clock, expected.Facts.Cpus), (table.Facts.Clock, table.Facts.Cpus));
        Assert.Equal(("raw ring-buffer pages", "raw"), (table.Facts.Format, table.Facts.Trace));
        Assert.Empty(table.Facts.Issues);
    }

    [Fact]
    public void Need_only_header_page_and_formats()
    {
        Put("cpu{0}.raw");
        foreach (string optional in new[] { "events/header_event", "saved_cmdlines", "printk_formats", "trace_clock", "kallsyms" })
            File.Delete(_folder.Of("raw/" + optional));
        using EventTable expected = TraceReader.Read(RepositoryFiles.SampleTrace("formats/v6.dat.zst"));
        using EventTable table = TraceReader.Read(_folder.Of("raw") + "/");
        Assert.Equal(expected.TimesNs, table.TimesNs);
        Assert.Equal("", table.Facts.Clock);
    }

    [Fact]
    public void Statistics_tell_what_was_lost()
    {
        Put("per_cpu/cpu{0}/trace_pipe_raw");
        _folder.Put("raw/per_cpu/cpu1/stats", "entries: 0\noverrun: 20\ncommit overrun: 0\ndropped events: 3\n"u8);
        using EventTable table = TraceReader.Read(_folder.Of("raw"));
        Assert.Equal([new LossInterval(1, long.MinValue, long.MaxValue, 23)], table.Facts.Losses);
    }

    [Fact]
    public void Pages_of_a_big_endian_machine_are_recognised_by_the_first_page()
    {
        PageWriter page = new PageWriter(bigEndian: true).Event(5, EventTexts.ExitRecord(7, bigEndian: true));
        _folder.Put("big/cpu3.raw", page.Build(1000));
        _folder.Put("big/cpu4.raw", []);
        _folder.Put("big/header_page", Encoding.ASCII.GetBytes(EventTexts.HeaderPage(8, 4096)));
        _folder.Put("big/sched/sched_process_exit/format", Encoding.ASCII.GetBytes(EventTexts.Exit));
        using EventTable table = TraceReader.Read(_folder.Of("big"));
        Assert.Equal([1005], table.TimesNs);
        Assert.Equal([7], table.Tids);
        Assert.Equal([3], table.Cpus.ToArray());
        Assert.Equal(5, table.Facts.Cpus);
    }

    [Theory]
    [InlineData("events/header_page", "lacks events/header_page")]
    [InlineData("events", "lacks events/header_page")]
    [InlineData("events/sched", null)]
    public void Without_what_explains_them_are_rejected_with_the_name_of_it(string missing, string? message)
    {
        Put("cpu{0}.raw");
        string path = _folder.Of("raw/" + missing);
        if (File.Exists(path))
            File.Delete(path);
        else
            Directory.Delete(path, recursive: true);
        if (message is null)
        {
            using EventTable table = TraceReader.Read(_folder.Of("raw"));
            Assert.Contains(table.Facts.EventsSkipped.Keys, name => name.StartsWith("id:", StringComparison.Ordinal));
            return;
        }

        IngestException rejection = Rejection();
        Assert.Equal("is_folder", rejection.Code);
        Assert.Contains(message, rejection.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Twice_of_a_cpu_and_those_of_a_mounted_tracefs_are_rejected()
    {
        Put("cpu{0}.raw");
        _folder.Put("raw/cpu1", [1]);
        Assert.Contains("pages of CPU 1 twice", Rejection().Message, StringComparison.Ordinal);
        File.Delete(_folder.Of("raw/cpu1"));
        _folder.Put("raw/tracing_on", "1\n"u8);
        Assert.Contains("tracefs itself", Rejection().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cpu_whose_pages_were_not_copied_is_named()
    {
        Put("per_cpu/cpu{0}/trace_pipe_raw");
        _folder.Put("raw/per_cpu/cpu3/trace_pipe_raw", []);
        IngestException rejection = Rejection();
        Assert.Equal("missing_file", rejection.Code);
        Assert.Contains("per_cpu/cpu3/trace_pipe_raw but not pages of CPU 2", rejection.Message, StringComparison.Ordinal);
        _folder.Put("raw/per_cpu/cpu2/trace_pipe_raw", []);
        using EventTable table = TraceReader.Read(_folder.Of("raw"));
        Assert.True(table.Count > 0);
    }

    [Fact]
    public void Cut_or_damaged_are_rejected_or_read()
    {
        Put("cpu{0}.raw");
        byte[] pages = _parts.Pages[1];
        Random random = new(4);
        for (int turn = 0; turn < 40; turn++)
        {
            byte[] damaged = pages[..random.Next(pages.Length)];
            for (int flips = 0; flips < 4 && damaged.Length > 0; flips++)
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            _folder.Put("raw/cpu1.raw", damaged);
            using EventTable table = TraceReader.Read(_folder.Of("raw"));
            Assert.True(table.Count > 0);
        }
    }

    private IngestException Rejection() => Assert.Throws<IngestException>(() => TraceReader.Read(_folder.Of("raw")).Dispose());

    private void Put(string place)
    {
        for (int cpu = 0; cpu < _parts.Pages.Length; cpu++)
            _folder.Put("raw/" + string.Format(null, CompositeFormat.Parse(place), cpu), _parts.Pages[cpu]);
        PutText("events/header_page", _parts.HeaderPage);
        PutText("events/header_event", _parts.HeaderEvent);
        PutText("saved_cmdlines", _parts.SavedCmdlines);
        PutText("printk_formats", _parts.PrintkFormats);
        PutText("trace_clock", _parts.Clock);
        PutText("kallsyms", _parts.Kallsyms);
        foreach ((string system, string text) in _parts.Formats)
            PutText($"events/{system}/{text[6..text.IndexOf('\n', StringComparison.Ordinal)]}/format", text);
    }

    private void PutText(string name, string text) => _folder.Put("raw/" + name, Encoding.Latin1.GetBytes(text));
}
