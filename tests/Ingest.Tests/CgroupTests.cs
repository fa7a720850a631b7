using ForkTrace.Events;
using ForkTrace.Ingest.Tests.PerfData;
using ForkTrace.Ingest.Tests.Text;
using ForkTrace.Ingest.Tests.TraceDat;

namespace ForkTrace.Ingest.Tests;

/// <summary>The cgroups of tasks, from cgroup_attach_task and from the samples of perf record --all-cgroups.</summary>
public sealed class CgroupTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_move_in_the_unified_hierarchy_is_a_row(bool bigEndian)
    {
        PerfFileWriter file = new(bigEndian);
        file.Events.Add(new PerfEvent { Config = Tracefs.CgroupAttachId, Ids = [5], Name = "cgroup:cgroup_attach_task" });
        file.Features[1] = Tracefs.Block(bigEndian, formats: [("cgroup", Tracefs.CgroupAttach)]);
        file.Sample(5, 1, 0, Tracefs.CgroupAttachRecord(0, "/user.slice/a b", 9, "sh", bigEndian));
        file.Sample(5, 2, 1, Tracefs.CgroupAttachRecord(4, "/memory of v1", 9, "sh", bigEndian));
        file.Sample(5, 3, 1, Tracefs.CgroupAttachRecord(0, "/user.slice/a b", 10, "make", bigEndian));
        file.Sample(5, 4, 0, Tracefs.CgroupAttachRecord(0, "/", 9, "sh", bigEndian)[..20]);
        using EventTable table = Recordings.Read(file.ToFile());
        Assert.Equal([(9, "/user.slice/a b", "sh"), (10, "/user.slice/a b", "make")], Moves(table));
        Assert.Equal(["", "/user.slice/a b"], table.Facts.Cgroups);
        Assert.Equal(2, table.Facts.CountOf(EventKind.Cgroup));
    }

    [Fact]
    public void Bytes_of_a_path_that_are_not_text_are_escaped()
    {
        PerfFileWriter file = new();
        file.Events.Add(new PerfEvent { Config = Tracefs.CgroupAttachId, Ids = [5], Name = "cgroup:cgroup_attach_task" });
        file.Features[1] = Tracefs.Block(formats: [("cgroup", Tracefs.CgroupAttach)]);
        byte[] record = Tracefs.CgroupAttachRecord(0, "/?x", 9, "sh");
        record[37] = 0xff;
        file.Sample(5, 1, 0, record);
        file.Sample(5, 2, 0, Tracefs.CgroupAttachRecord(0, "/a\\b\n", 9, "sh"));
        byte[] outside = Tracefs.CgroupAttachRecord(0, "/far", 9, "sh");
        outside[29] = 0x7f;
        file.Sample(5, 3, 0, outside);
        using EventTable table = Recordings.Read(file.ToFile());
        Assert.Equal(["/\\xffx", "/a\\x5cb\n", ""], Moves(table).Select(move => move.Cgroup));
    }

    /// <summary>The sample belongs to the forking thread, so its row comes before the fork's. Paths may come later, or never.</summary>
    [Theory]
    [InlineData(0UL, false)]
    [InlineData(PerfEvent.DataPageSize, false)]
    [InlineData(PerfEvent.DataPageSize | PerfEvent.CodePageSize | PerfEvent.Branches | PerfEvent.CallChain, false)]
    [InlineData(PerfEvent.Weight, true)]
    public void A_sample_of_a_fork_says_the_parents_cgroup(ulong others, bool bigEndian)
    {
        PerfFileWriter file = PerfFileWriter.WithTwoEvents(bigEndian);
        for (int one = 0; one < 2; one++)
            file.Events[one] = file.Events[one] with { Samples = PerfEvent.Default | PerfEvent.Cgroup | others };
        PerfEvent type = file.Events[0];
        Random random = new(1);
        file.Cgroup(25, "/ftx");
        file.Sample(type, 10, 100, 0, Tracefs.NewTaskRecord(7, 8, "a", 0, bigEndian), random, cgroup: 25);
        file.Sample(type, 11, 200, 1, Tracefs.NewTaskRecord(8, 9, "a", 0, bigEndian), random, cgroup: 44);
        file.Sample(type, 10, 300, 0, Tracefs.NewTaskRecord(7, 10, "a", 0, bigEndian), random, cgroup: 99);
        file.Sample(type, 12, 400, 0, Tracefs.ExitRecord(8, "a", bigEndian), random, cgroup: 25);
        file.Cgroup(44, "/ftx/a b");
        using EventTable table = Recordings.Read(file.ToFile());
        Assert.Equal([(7, "/ftx", ""), (8, "/ftx/a b", ""), (7, "(id 99)", "")], Moves(table));
        EventKind[] fork = [EventKind.Cgroup, EventKind.NewTask];
        Assert.Equal([.. fork, .. fork, .. fork, EventKind.Exit], table.Kinds.ToArray());
        Assert.Equal(4, table.Facts.Tasks);
    }

    [Fact]
    public void Recordings_without_cgroups_say_none()
    {
        using EventTable table = TraceReader.Read(TestKit.RepositoryFiles.SampleTrace("formats/perf_file.data"));
        Assert.Empty(table.Facts.Cgroups);
        Assert.DoesNotContain(EventKind.Cgroup, table.Kinds.ToArray());
    }

    [Theory]
    [InlineData("dst_root=0 dst_id=44 dst_level=2 dst_path=/a/b pid=7 comm=sh", "/a/b", 7, "sh")]
    [InlineData("dst_root=0 dst_id=44 dst_level=2 dst_path=/a pid=1 comm=x pid=2711 comm=bash", "/a pid=1 comm=x", 2711, "bash")]
    [InlineData("dst_root=0 dst_id=44 dst_level=2 dst_path=/a pid=2711 comm=a pid=1 comm=x", "/a", 2711, "a pid=1 comm=x")]
    [InlineData("dst_root=0 dst_id=44 dst_level=2 dst_path=/a comm=b  pid=2711 comm=", "/a comm=b ", 2711, "")]
    [InlineData("dst_root=0 dst_level=2 dst_id=0x2c pid=7 dst_path=/a b comm=sh", "/a b", 7, "sh")]
    public void Lines_of_text_read_as_records_do(string body, string path, int tid, string comm)
    {
        using EventTable table = TextFile.Read(Line(body), Line("dst_root=4 dst_id=1 dst_level=0 dst_path=/v1 pid=3 comm=v1"));
        Assert.Equal([(tid, path, comm)], Moves(table));
    }

    [Theory]
    [InlineData("dst_root=0 dst_id=44 dst_level=2 dst_path=/a/b")]
    [InlineData("dst_root=0 dst_id=44 dst_level=2 dst_path=/a comm=sh")]
    [InlineData("dst_root=0 dst_id=44 pid=7 comm=sh")]
    [InlineData("dst_path=/a pid=7 comm=sh")]
    public void Lines_that_lack_a_field_are_damaged(string body)
    {
        using EventTable table = TextFile.Read(Line("dst_root=0 dst_id=1 dst_level=0 dst_path=/ pid=3 comm=a"), Line(body));
        Assert.Single(Moves(table));
        Assert.Equal("damaged_lines", Assert.Single(table.Facts.Issues).Code);
    }

    [Fact]
    public void A_move_in_two_buffers_of_a_trace_dat_is_one_row_with_its_path()
    {
        byte[] top = new PageWriter().Event(0, Tracefs.CgroupAttachRecord(0, "/a", 9, "sh")).Build(5000);
        byte[] instance = new PageWriter()
            .Event(0, Tracefs.CgroupAttachRecord(0, "/b", 8, "sh")).Event(1000, Tracefs.CgroupAttachRecord(0, "/a", 9, "sh")).Build(4500);
        TraceDatWriter writer = new() { Version = 7, Formats = [("cgroup", Tracefs.CgroupAttach)] };
        using EventTable table = TemporaryTrace.Read(writer.Buffer("", "local", (0, top)).Buffer("i", "local", (0, instance)));
        Assert.Equal([(8, "/b", "sh"), (9, "/a", "sh")], Moves(table));
    }

    private static string Line(string body) => $"              sh-5       [001] d..2.     5.000001: cgroup_attach_task: {body}";

    private static (int Tid, string Cgroup, string Comm)[] Moves(EventTable table) => Row.Of(table)
        .Where(row => row.Kind == EventKind.Cgroup).Select(row => (row.Tid, table.Facts.Cgroups[(int)row.Value], row.Comm)).ToArray();
}
