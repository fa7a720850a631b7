using ForkTrace.Events;
using ForkTrace.Ingest.Formats;
using ForkTrace.Ingest.Input;
using ForkTrace.Ingest.Tests.PerfData;
using ForkTrace.Ingest.Tests.Text;
using ForkTrace.Ingest.Tests.TraceDat;

namespace ForkTrace.Ingest.Tests.Perfetto;

/// <summary>Hand-made bundles: losses, unknown tasks, clocks, kernels, probes, other machines.</summary>
public class BundleTests
{
    [Fact]
    public void A_gap_is_reported_and_the_running_task_is_forgotten()
    {
        using EventTable table = Read(
            Bundle(0, Compact((100, 0, 7, "a"), (200, 0x20, 8, "b"))),
            Bundle(0, Compact((900, 0x20, 9, "c"), (950, 0x10, 10, "d"))).Number(3, 1));
        Row[] rows = Row.Of(table);
        Assert.Equal([(200L, 7, "a", 0x20L), (950L, 9, "c", 0x10L)], rows.Select(row => (row.TimeNs, row.Tid, row.Comm, row.Value)));
        Assert.Equal([new LossInterval(0, 200, 900, -1)], table.Facts.Losses);
        Assert.Equal(1, Recordings.Issue(table, "unnamed_deaths").Count);
        Assert.Equal(2, table.Facts.EventsSkipped["sched:sched_switch (from an unknown task)"]);
    }

    [Fact]
    public void A_switch_takes_the_task_that_an_event_before_it_names_and_the_name_it_has_by_then()
    {
        ProtoWriter exit = PerfettoEncoder.Event(400, 7, 238, new ProtoWriter().Text(1, "ls").Number(2, 7));
        ProtoWriter rename = PerfettoEncoder.Event(150, 5, 236, new ProtoWriter().Number(1, 5).Text(3, "new"));
        using EventTable table = Read(
            Bundle(0, Compact((500, 0x20, 8, "b"))).Message(2, exit),
            Bundle(1, Compact((100, 0, 5, "old"), (160, 0x10, 6, "x"))).Message(2, rename));
        Row[] deaths = [.. Row.Of(table).Where(row => row.Kind == EventKind.DeathSwitch)];
        Assert.Equal([(160L, 1, 5, "new"), (500L, 0, 7, "ls")], deaths.Select(row => (row.TimeNs, row.Cpu, row.Tid, row.Comm)));
    }

    [Fact]
    public void The_kernels_counts_tell_how_many_were_lost()
    {
        ProtoWriter start = new ProtoWriter().Number(1, 1).Message(2, new ProtoWriter().Number(1, 1).Number(3, 10));
        ProtoWriter cpu = new ProtoWriter().Number(1, 1).Number(3, 40).Number(8, 2);
        ProtoWriter end = new ProtoWriter().Number(1, 2).Message(2, cpu).Text(7, "task/task_newtask").Text(7, "fence/fence_init");
        byte[] trace =
        [
            .. Packet(34, start), .. Packet(1, Bundle(0, Compact((100, 0, 7, "a")))), .. Packet(34, end),
        ];
        using EventTable table = TemporaryTrace.Read(trace);
        Assert.Equal(32, table.Facts.Lost);
        Assert.Equal([new LossInterval(1, long.MinValue, long.MaxValue, 32)], table.Facts.Losses);
        Assert.Equal("The recorder could not enable task/task_newtask.", Recordings.Issue(table, "missing_events").Message);
        Assert.Equal(1, Recordings.Issue(table, "other_missing_events").Count);
        Assert.Equal(2, table.Facts.Cpus);
    }

    [Fact]
    public void After_dropped_packets_nothing_is_known_about_any_cpu()
    {
        byte[] first = Packet(1, Bundle(0, Compact((100, 0, 7, "a"))));
        ProtoWriter packet = new ProtoWriter().Message(1, Bundle(0, Compact((300, 0x20, 8, "b")))).Number(42, 1);
        byte[] second = new ProtoWriter().Message(1, packet).ToArray();
        using EventTable table = TemporaryTrace.Read([.. first, .. second]);
        Assert.Equal(0, table.Count);
        Assert.Equal(1, Recordings.Issue(table, "dropped_packets").Count);
        Assert.Equal([new LossInterval(-1, 100, long.MaxValue, -1)], table.Facts.Losses);
    }

    [Theory]
    [InlineData("4.13.16", EventKind.DeathSwitch)]
    [InlineData("4.14.0-android", EventKind.Switch)]
    [InlineData("6.6.30-android15", EventKind.Switch)]
    public void State_64_is_death_before_4_14_only(string release, EventKind expected)
    {
        ProtoWriter system = new ProtoWriter().Message(1, new ProtoWriter().Text(3, release));
        byte[] trace = [.. Packet(45, system), .. Packet(1, Bundle(0, Compact((100, 0, 7, "a"), (200, 64, 8, "b"))))];
        using EventTable table = TemporaryTrace.Read(trace, new IngestOptions { KeepAll = true });
        Assert.Equal(expected, Row.Of(table).Single(row => row.TimeNs == 200).Kind);
    }

    [Fact]
    public void Another_clock_and_its_pair_of_times_are_read()
    {
        ProtoWriter bundle = Bundle(0, Compact((100, 0, 7, "a"))).Number(5, 3).Number(6, 1_000).Number(7, 5_000);
        using EventTable table = TemporaryTrace.Read([.. Packet(6, PerfettoEncoder.Clocks()), .. Packet(1, bundle)]);
        Assert.Equal("local", table.Facts.Clock);
        Assert.Equal(1_699_999_995_000_000_000 + 4_000, table.Facts.WallClockOffsetNs);
    }

    [Fact]
    public void Generic_rcu_and_vmalloc_events_are_narrowed_as_everywhere()
    {
        ProtoWriter stack = Generic(100, "alloc_vmap_area", ("addr", 4096), ("size", 20480), ("align", 16384));
        ProtoWriter other = Generic(200, "alloc_vmap_area", ("addr", 8192), ("size", 8192), ("align", 1));
        ProtoWriter batch = Generic(300, "rcu_batch_start", ("qlen", 12));
        ProtoWriter unknown = Generic(400, "my_probe", ("x", 1));
        ProtoWriter softirq = PerfettoEncoder.Event(500, 9, 24, new ProtoWriter().Number(1, 9));
        ProtoWriter timer = PerfettoEncoder.Event(600, 9, 24, new ProtoWriter().Number(1, 1));
        ProtoWriter binder = PerfettoEncoder.Event(700, 9, 50, new ProtoWriter().Number(1, 1));
        using EventTable table = Read(
            new ProtoWriter().Number(1, 3).Message(2, stack).Message(2, other).Message(2, batch).Message(2, unknown)
                .Message(2, softirq).Message(2, timer).Message(2, binder));
        Assert.Equal(
            [(EventKind.StackMap, 9, 4096L), (EventKind.RcuBatchStart, 9, 12L), (EventKind.RcuSoftirqEntry, 9, 9L)],
            Row.Of(table).Select(row => (row.Kind, row.Tid, row.Value)));
        Assert.Equal(["ftrace_event:50", "irq:softirq_entry", "my_probe", "vmalloc:alloc_vmap_area"], table.Facts.EventsSkipped.Keys);
        Assert.Equal(7, table.Facts.EventsTotal);
    }

    [Fact]
    public void A_cpu_that_comes_up_is_not_a_cpu_that_goes_down()
    {
        ProtoWriter down = Generic(100, "cpuhp_enter", ("cpu", 3), ("target", 0), ("idx", 62));
        ProtoWriter up = Generic(200, "cpuhp_enter", ("cpu", 3), ("target", 238), ("idx", 1));
        using EventTable table = Read(new ProtoWriter().Number(1, 3).Message(2, down).Message(2, up));
        Assert.Equal([(EventKind.CpuDown, 9, 3L)], Row.Of(table).Select(row => (row.Kind, row.Tid, row.Value)));
        Assert.Equal(["cpuhp:cpuhp_enter"], table.Facts.EventsSkipped.Keys);
    }

    [Fact]
    public void A_move_to_a_cgroup_is_known_by_name()
    {
        ProtoWriter body = new ProtoWriter().Text(1, "cgroup_attach_task");
        foreach ((string field, long value) in (ReadOnlySpan<(string, long)>)[("dst_root", 0), ("pid", 7)])
            body.Message(2, new ProtoWriter().Text(1, field).Number(5, value));
        body.Message(2, new ProtoWriter().Text(1, "dst_path").Text(3, "/a"));
        using EventTable table = Read(new ProtoWriter().Number(1, 3).Message(2, PerfettoEncoder.Event(100, 9, 327, body)));
        Assert.Equal([(EventKind.Cgroup, 7, 1L)], Row.Of(table).Select(row => (row.Kind, row.Tid, row.Value)));
        Assert.Equal(["", "/a"], table.Facts.Cgroups);
    }

    [Fact]
    public void Packets_of_other_machines_are_not_mixed_in()
    {
        ProtoWriter packet = new ProtoWriter().Message(1, Bundle(0, Compact((1, 0, 7, "a")))).Number(98, 5);
        byte[] guest = new ProtoWriter().Message(1, packet).ToArray();
        using EventTable table = TemporaryTrace.Read([.. Packet(1, Bundle(0, Compact((100, 0, 7, "a")))), .. guest]);
        Assert.Equal(1, Recordings.Issue(table, "other_machines").Count);
        Assert.Equal(1, table.Facts.EventsTotal);
    }

    [Fact]
    public void A_trace_without_kernel_events_is_rejected_with_what_to_record()
    {
        IngestException? rejection = TemporaryTrace.Rejection(Packet(45, PerfettoEncoder.System()));
        Assert.Contains("linux.ftrace", rejection?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_of_unequal_length_are_damage_and_their_common_part_is_read()
    {
        ProtoWriter uneven = new ProtoWriter().Text(5, "a").Packed(1, [100, 50]).Packed(2, [0, 0x20]).Packed(3, [7]).Packed(6, [0, 0]);
        using EventTable table = Read(Bundle(0, uneven));
        Assert.Equal(1, Recordings.Issue(table, "damaged_records").Count);
        Assert.Equal(1, table.Facts.EventsTotal);
    }

    /// <summary>The first packet of each sequence has previous_packet_dropped, and loses nothing.</summary>
    [Fact]
    public void Each_data_source_has_a_first_packet()
    {
        ProtoWriter exit = PerfettoEncoder.Event(150, 7, 238, new ProtoWriter().Text(1, "ls").Number(2, 7));
        byte[] both =
        [
            .. OfSequence(2, isAfterDrop: true, Bundle(0, Compact((100, 0, 7, "ls"), (200, 0x20, 8, "b")))),
            .. OfSequence(3, isAfterDrop: true, new ProtoWriter().Number(1, 0).Message(2, exit)),
        ];
        using EventTable table = TemporaryTrace.Read(both);
        Assert.Equal([EventKind.Exit, EventKind.DeathSwitch], table.Kinds.ToArray());
        Assert.Empty(table.Facts.Losses);
        Assert.Empty(table.Facts.Issues);

        byte[] again = OfSequence(3, isAfterDrop: true, new ProtoWriter().Number(1, 0).Message(2, exit));
        using EventTable lossy = TemporaryTrace.Read([.. both, .. again]);
        Assert.Equal(1, Recordings.Issue(lossy, "dropped_packets").Count);
    }

    [Fact]
    public void An_event_that_two_data_sources_want_is_one_event()
    {
        ProtoWriter bundle = Bundle(0, Compact((100, 0, 7, "ls"), (200, 0x20, 8, "b"), (300, 0x20, 9, "c")));
        using EventTable table = TemporaryTrace.Read([.. OfSequence(2, isAfterDrop: false, bundle), .. OfSequence(3, isAfterDrop: false, bundle)]);
        Assert.Equal([7, 8], table.Tids);
        Assert.Equal(2, Recordings.Issue(table, "recorded_twice").Count);
    }

    [Fact]
    public void A_trace_of_another_kernel_that_was_joined_is_reported()
    {
        static ProtoWriter System(string release) => new ProtoWriter().Message(1, new ProtoWriter().Text(3, release).Text(4, "aarch64"));
        ProtoWriter bundle = Bundle(0, Compact((100, 0, 7, "ls"), (200, 0x20, 8, "b")));
        byte[] first = [.. Packet(45, System("5.10.43")), .. Packet(1, bundle)];
        using EventTable twice = TemporaryTrace.Read([.. first, .. Packet(45, System("5.10.43"))]);
        Assert.Empty(twice.Facts.Issues);
        using EventTable joined = TemporaryTrace.Read([.. first, .. Packet(45, System("5.10.107")), .. Packet(1, bundle)]);
        Assert.Equal(IssueSeverity.DataLoss, Recordings.Issue(joined, "several_recordings").Severity);
        Assert.Equal("5.10.43", joined.Facts.Kernel);
    }

    /// <summary>78 3f: a zlib head that names a preset dictionary, which zlib reports otherwise than damage.</summary>
    [Fact]
    public void Compressed_packets_that_need_a_dictionary_are_damaged()
    {
        ProtoWriter bundle = Bundle(0, Compact((100, 0, 7, "ls"), (200, 0x20, 8, "b")));
        byte[] packed = new ProtoWriter().Message(1, new ProtoWriter().Bytes(50, [0x78, 0x3F, 0, 0, 0, 0, 0, 0])).ToArray();
        using EventTable table = TemporaryTrace.Read([.. Packet(1, bundle), .. packed]);
        Assert.Equal(1, Recordings.Issue(table, "damaged_records").Count);
    }

    private static byte[] OfSequence(int sequence, bool isAfterDrop, ProtoWriter bundle)
    {
        ProtoWriter packet = new ProtoWriter().Message(1, bundle).Number(10, sequence);
        return new ProtoWriter().Message(1, isAfterDrop ? packet.Number(42, 1) : packet).ToArray();
    }

    internal static byte[] Packet(int field, ProtoWriter data) =>
        new ProtoWriter().Message(1, new ProtoWriter().Message(field, data)).ToArray();

    internal static ProtoWriter Bundle(int cpu, ProtoWriter compact) => new ProtoWriter().Number(1, cpu).Message(4, compact);

    internal static ProtoWriter Compact(params (long TimeNs, long State, long Next, string Comm)[] switches)
    {
        ProtoWriter compact = new();
        foreach (var one in switches)
            compact.Text(5, one.Comm);
        return compact
            .Packed(1, switches.Select((one, index) => one.TimeNs - (index == 0 ? 0 : switches[index - 1].TimeNs)))
            .Packed(2, switches.Select(one => one.State))
            .Packed(3, switches.Select(one => one.Next))
            .Packed(6, switches.Select((_, index) => (long)index));
    }

    private static ProtoWriter Generic(long timeNs, string name, params (string Name, long Value)[] fields)
    {
        ProtoWriter body = new ProtoWriter().Text(1, name);
        foreach ((string field, long value) in fields)
            body.Message(2, new ProtoWriter().Text(1, field).Number(5, value));
        return PerfettoEncoder.Event(timeNs, 9, 327, body);
    }

    private static EventTable Read(params ProtoWriter[] bundles) =>
        TemporaryTrace.Read([.. bundles.SelectMany(bundle => Packet(1, bundle))]);
}
