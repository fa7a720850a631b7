using ForkTrace.Events;
using ForkTrace.Ingest.Input;
using ForkTrace.Ingest.Opening;
using ForkTrace.Ingest.Tests.TraceDat;
using ForkTrace.TestKit;

namespace ForkTrace.Ingest.Tests.Inputs;

/// <summary>Several files of one recording become one trace; files whose times cannot be compared are rejected with the reason.</summary>
public sealed class SeveralFilesTests : IDisposable
{
    private const ushort TraceClock = 4;
    private const ushort Uname = 5;
    private const ushort TraceId = 11;
    private const ushort TimeShift = 12;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rows_of_both_are_in_order_of_time()
    {
        string one = Put("one.dat", File("mono", "6.1.0"), (0, 1000, 7), (1, 3000, 8));
        string two = Put("two.dat", File("mono", "6.1.0"), (0, 2000, 9), (1, 900, 10));
        using EventTable table = TraceReader.Read([one, two]);
        Assert.Equal([905, 1005, 2005, 3005], table.TimesNs);
        Assert.Equal([10, 7, 9, 8], table.Tids);
        Assert.Equal((ushort[])[1, 0, 0, 1], table.Cpus);
        Assert.Equal("one.dat + two.dat", table.Facts.Trace);
        Assert.Equal(2, table.Facts.Cpus);
        Assert.Equal(4, table.Facts.EventsTotal);
        Assert.Contains(table.Facts.Issues, issue => issue.Code == "merged_files");
        Assert.DoesNotContain(table.Facts.Issues, issue => issue.Code == "merged_machines");
    }

    [Fact]
    public void A_task_seen_in_both_files_is_one_task()
    {
        string one = Put("one.dat", File("mono", "6.1.0"), (0, 1000, 7), (0, 3000, 5));
        string two = Put("two.dat", File("mono", "6.1.0"), (1, 2000, 7));
        using EventTable table = TraceReader.Read([one, two]);
        Assert.Equal([0, 0, 1], table.Tasks);
        Assert.Equal(2, table.Facts.Tasks);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_guest_has_cpus_and_tids_of_its_own(bool isGuestFirst)
    {
        string host = Put("host.dat", File("mono", "6.12.0").Option(TraceId, Id(5)), (0, 1000, 7), (1, 3000, 8));
        string guest = Put("guest.dat", File("mono", "6.1.0").Option(TimeShift, [.. Id(5), .. new byte[8]]), (0, 2000, 7));
        using EventTable table = TraceReader.Read(isGuestFirst ? [guest, host] : [host, guest]);
        Assert.Equal([7, 7, 8], table.Tids);
        Assert.Equal((ushort[])[0, 2, 1], table.Cpus);
        Assert.Equal([0, 1, 2], table.Tasks);
        Assert.Equal("6.12.0", table.Facts.Kernel);
        Assert.Equal(3, table.Facts.Cpus);
        Assert.Contains(table.Facts.Issues, issue => issue.Code == "merged_machines" && issue.Severity == IssueSeverity.Warning);
    }

    [Fact]
    public void A_guests_losses_are_on_its_own_cpus()
    {
        string host = Put("host.dat", File("mono", "6.12.0").Option(TraceId, Id(5)), (0, 1000, 7), (1, 3000, 8));
        byte[] page = new PageWriter().Event(5, EventTexts.ExitRecord(9)).Build(2000, missed: 3);
        TraceDatWriter writer = File("mono", "6.1.0").Option(TimeShift, [.. Id(5), .. new byte[8]]);
        string guest = _folder.Put("guest.dat", writer.Buffer("", "", (0, page)).Build());
        using EventTable table = TraceReader.Read([host, guest]);
        Assert.Equal([new LossInterval(2, long.MinValue, 2005, 3)], table.Facts.Losses);
        Assert.Equal(3, table.Facts.Lost);
    }

    [Fact]
    public void Other_clocks_are_rejected() =>
        AssertRejected("record both with the same clock", ("mono", "6.1.0", 1000, 3000), ("local", "6.1.0", 2000, 2500));

    [Fact]
    public void Other_machines_are_rejected() =>
        AssertRejected("neither names the other as its host", ("mono", "6.1.0", 1000, 3000), ("mono", "6.2.0", 2000, 2500));

    [Fact]
    public void Counters_are_rejected() =>
        AssertRejected("counts events, not time", ("counter", "6.1.0", 1000, 3000), ("counter", "6.1.0", 2000, 2500));

    [Fact]
    public void Recordings_one_after_the_other_are_rejected() =>
        AssertRejected("these times do not overlap", ("mono", "6.1.0", 1000, 3000), ("mono", "6.1.0", 4000, 5000));

    [Fact]
    public void A_file_twice_is_rejected()
    {
        string path = Put("one.dat", File("mono", "6.1.0"), (0, 1000, 7), (1, 3000, 8));
        Assert.Contains("is given twice", Rejection(path, path).Message, StringComparison.Ordinal);
    }

    /// <summary>It is rejected before anything is decoded: the other file is not a recording.</summary>
    [Fact]
    public void A_copy_is_found_before_anything_is_decoded()
    {
        string other = _folder.Put("other", "hello, world"u8.ToArray());
        string path = Put("one.dat", File("mono", "6.1.0"), (0, 1000, 7));
        string copy = _folder.Put("copy.dat", System.IO.File.ReadAllBytes(path));
        string similar = _folder.Put("similar.dat", [.. System.IO.File.ReadAllBytes(path).Reverse()]);
        Assert.Contains($"{copy} is given twice", Rejection(other, path, similar, copy).Message, StringComparison.Ordinal);
        Assert.Equal((path, copy), GivenTwice.Find([other, "missing", path, similar, copy]));
        Assert.Null(GivenTwice.Find([other, path, similar]));
    }

    [Fact]
    public void A_rejection_names_the_file()
    {
        string good = Put("one.dat", File("mono", "6.1.0"), (0, 1000, 7));
        string bad = _folder.Put("bad.dat", new byte[100]);
        Assert.StartsWith($"{bad}: ", Rejection(good, bad).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Real_recordings_of_different_runs_are_rejected() => Assert.Contains(
        "cannot be merged by time",
        Rejection(RepositoryFiles.SampleTrace("formats/perf_file.data"), RepositoryFiles.SampleTrace("formats/perf_z.data")).Message,
        StringComparison.Ordinal);

    private static TraceDatWriter File(string clock, string kernel) =>
        new TraceDatWriter().TextOption(TraceClock, $"local [{clock}]").TextOption(Uname, $"Linux host {kernel} x86_64");

    private static byte[] Id(ulong id) => BitConverter.GetBytes(id);

    private static IngestException Rejection(params string[] paths) =>
        Assert.Throws<IngestException>(() => TraceReader.Read(paths).Dispose());

    private void AssertRejected(
        string why,
        (string Clock, string Kernel, ulong FirstNs, ulong LastNs) one,
        (string Clock, string Kernel, ulong FirstNs, ulong LastNs) two)
    {
        string first = Put("one.dat", File(one.Clock, one.Kernel), (0, one.FirstNs, 7), (1, one.LastNs, 8));
        string second = Put("two.dat", File(two.Clock, two.Kernel), (0, two.FirstNs, 9), (1, two.LastNs, 10));
        IngestException rejection = Rejection(first, second);
        Assert.Equal("not_one_recording", rejection.Code);
        Assert.Contains(why, rejection.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', rejection.Message);
    }

    private string Put(string name, TraceDatWriter writer, params (int Cpu, ulong TimeNs, int Tid)[] exits)
    {
        (int Cpu, byte[] Pages)[] cpus =
        [
            .. exits.GroupBy(exit => exit.Cpu).OrderBy(cpu => cpu.Key).Select(cpu => (cpu.Key, cpu.SelectMany(PageOf).ToArray())),
        ];
        return _folder.Put(name, writer.Buffer("", "", cpus).Build());
    }

    private static byte[] PageOf((int Cpu, ulong TimeNs, int Tid) exit) =>
        new PageWriter().Event(5, EventTexts.ExitRecord(exit.Tid)).Build(exit.TimeNs);
}
