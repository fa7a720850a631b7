using System.Diagnostics;
using ForkTrace.Events;
using ForkTrace.Ingest.Input;
using ForkTrace.Ingest.Tests.PerfData;
using ForkTrace.Ingest.Tests.Shared;
using ForkTrace.Ingest.Tests.Text;
using ForkTrace.TestKit;

namespace ForkTrace.Ingest.Tests.Ctf;

/// <summary>A real recording's events, written as LTTng writes them, give the table that the recording itself gives.</summary>
public class CtfTests
{
    public static TheoryData<string> Forms =>
        ["le 8", "be 8", "le 32", "be 32", "le 8 large", "be 32 large", "le 8 packetised", "be 8 packetised"];

    [Theory]
    [MemberData(nameof(Forms))]
    public void Rows_are_those_of_the_recording_but_for_task_newtask(string form)
    {
        using EventTable recording = TraceReader.Read(RepositoryFiles.SampleTrace(RecordedEvent.Recording));
        using CtfTrace trace = CtfTrace.Of(Writer(form), Events());
        using EventTable table = trace.Read();
        Row[] expected = [.. Row.Of(recording).Where(row => row.Kind != EventKind.NewTask).Select(row => row.WithoutTasks())];
        Assert.Equal(expected, Row.Of(table).Select(row => row.WithoutTasks()));
        Assert.Equal(1208, table.Count);
        Assert.Empty(table.Facts.Issues);
        TraceFacts facts = table.Facts;
        Assert.Equal(("ctf", "6.1.0-44-amd64", "mono", "lttng-modules 2.13"), (facts.Format, facts.Kernel, facts.Clock, facts.Recorder));
        Assert.Equal(1_700_000_000_000_000_000, table.Facts.WallClockOffsetNs);
    }

    /// <summary>babeltrace2 can read the encoder's output, so the encoder does not share a mistake with the reader.</summary>
    [Theory]
    [MemberData(nameof(Forms))]
    public void Babeltrace_agrees_with_the_encoder(string form)
    {
        using CtfTrace trace = CtfTrace.Of(Writer(form), Events());
        string? text = Babeltrace(trace.Path);
        if (text is null)
        {
            Assert.Skip("babeltrace2 is not installed");
            return;
        }

        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        List<RecordedEvent> events = Events();
        Assert.Equal(events.Count, lines.Length);
        for (int index = 0; index < lines.Length; index++)
        {
            Assert.StartsWith($"[{events[index].TimeNs:D20}] ", lines[index], StringComparison.Ordinal);
            RecordedEvent one = events[index];
            string expected = $" {one.Name}: {{ cpu_id = {one.Cpu} }}, {{ tid = {one.Running} }}";
            Assert.Contains(expected, lines[index], StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Without_a_context_switches_tell_which_thread_runs()
    {
        using CtfTrace trace = CtfTrace.Of(new CtfWriter(false) { HasTidContext = false }, Events());
        using EventTable table = trace.Read();
        Row[] frees = [.. Row.Of(table).Where(row => row.Kind == EventKind.Free)];
        Assert.Equal(300, frees.Length);
        List<RecordedEvent> recorded = [.. Events().Where(one => one.Name == "sched_process_free")];
        Assert.Equal(recorded.Select(one => one.Int("pid")), frees.Select(row => row.Tid));
    }

    [Fact]
    public void Discarded_events_are_losses_between_the_packets()
    {
        List<RecordedEvent> events = [.. Events().Where(one => one.Cpu == 0).Take(90)];
        using CtfTrace trace = CtfTrace.Of(new CtfWriter(false) { Discarded = packet => packet < 1 ? 0 : 7 }, events);
        using EventTable table = trace.Read();
        Assert.Equal([new LossInterval(0, events[29].TimeNs, events[59].TimeNs, 7)], table.Facts.Losses);
        Assert.Equal(7, Recordings.Issue(table, "lost_events").Count);
        Assert.Equal(7, table.Facts.Lost);
    }

    // A packet has 30 events, and begins with the whole clock.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_clock_that_steps_back_makes_the_order_unknown_where_a_cpu_has_one_file(bool hasSecondFile)
    {
        const long BackNs = 3_000_000;
        RecordedEvent[] ofCpu = [.. Events().Where(one => one.Cpu == 0)];
        RecordedEvent[] stepped = [.. ofCpu.Select((one, index) => index < 60 ? one : one with { TimeNs = one.TimeNs - BackNs })];
        CtfWriter writer = new(false);
        using CtfTrace trace = CtfTrace.Of(writer, stepped);
        if (hasSecondFile)
            File.WriteAllBytes(Path.Combine(trace.Path, "channel1_0"), writer.Stream(0, ofCpu[..30]));
        using EventTable table = trace.Read();
        Assert.Contains(table.Facts.Issues, issue => issue.Code == "clock_backwards");
        if (hasSecondFile)
            Assert.DoesNotContain(table.Facts.Issues, issue => issue.Code == "unknown_order");
        else
            Assert.Contains(table.Facts.Losses, loss => loss.Cpu == 0 && loss.FromNs <= stepped[60].TimeNs && loss.ToNs >= stepped[59].TimeNs);
    }

    // Released kernels and versions of lttng-modules. Where the tracer writes what the kernel's tracepoint does, 0x80 is an idle kernel thread.
    [Theory]
    [InlineData("6.1.0-44-amd64", "2.13.8", 0x10, true)]
    [InlineData("6.1.0-44-amd64", "2.13.8", 0x80, false)]
    [InlineData("4.15.0-65-generic", "2.10.8", 0x80, true)]
    [InlineData("4.15.0-65-generic", "2.10.8", 0x20, false)]
    [InlineData("4.15.0-65-generic", "2.10.12", 0x20, true)]
    [InlineData("4.15.0-65-generic", "2.10.12", 0x80, false)]
    [InlineData("4.14.0", "2.9.14", 0x80, true)]
    [InlineData("4.14.0", "2.9.15", 0x80, false)]
    [InlineData("4.13.0", "2.9.3", 0x40, true)]
    public void The_last_switch_of_a_task_is_known_from_the_tracers_version(string kernel, string tracer, int state, bool isDead)
    {
        using CtfTrace trace = CtfTrace.Of(new CtfWriter(false) { Kernel = kernel, Tracer = tracer, Dead = state }, Events());
        using EventTable table = trace.Read();
        int deaths = Events().Count(one => one.Name == "sched_switch" && one.PrevState != 0);
        Assert.True(deaths > 100);
        Assert.Equal(isDead ? deaths : 0, Row.Of(table).Count(row => row.Kind == EventKind.DeathSwitch));
    }

    [Fact]
    public void A_session_folder_leads_to_its_kernel_trace()
    {
        using CtfTrace session = new();
        new CtfWriter(false).Write(Path.Combine(session.Path, "kernel"), Events());
        Directory.CreateDirectory(Path.Combine(session.Path, "ust", "uid"));
        File.WriteAllText(Path.Combine(session.Path, "ust", "uid", "metadata"), "/* CTF 1.8 */");
        using EventTable table = session.Read();
        Assert.Equal(1208, table.Count);
        new CtfWriter(false).Write(Path.Combine(session.Path, "other", "kernel"), Events());
        Assert.Equal("not_one_trace", Assert.Throws<IngestException>(() => session.Read().Dispose()).Code);
    }

    [Theory]
    [InlineData("/* CTF 1.8 */ event { name = \"x\"; };", "none of the kernel's events")]
    [InlineData("/* CTF 1.8 */ event { fields := nothing; };", "'nothing' is not")]
    [InlineData("/* CTF 1.8 */ typealias integer { size = 65; } := t;", "from 1 to 64")]
    [InlineData("/* CTF 1.8 */ struct s { integer { size = 8; } a[99999999]; };", "an array of at most")]
    [InlineData("/* CTF 1.8 */ struct s { struct e { } a[5]; };", "elements of at least one bit")]
    [InlineData("/* CTF 1.8 */ struct s { variant <tag> { } v; };", "'tag' was not")]
    [InlineData("/* CTF 1.8 */ trace { major = 1", "';'")]
    public void Metadata_that_is_not_understood_is_rejected_with_the_reason(string metadata, string reason)
    {
        using CtfTrace trace = new();
        File.WriteAllText(Path.Combine(trace.Path, "metadata"), metadata);
        File.WriteAllBytes(Path.Combine(trace.Path, "channel0_0"), [1, 2, 3]);
        Assert.Contains(reason, Assert.Throws<IngestException>(() => trace.Read().Dispose()).Message, StringComparison.Ordinal);
        IngestException alone = Assert.Throws<IngestException>(() => TraceReader.Read(Path.Combine(trace.Path, "metadata")).Dispose());
        Assert.Contains("no stream with events: give the whole folder", alone.Message, StringComparison.Ordinal);
    }

    internal static List<RecordedEvent> Events() => [.. RecordedEvent.All().Where(one => one.Name != "task_newtask")];

    internal static CtfWriter Writer(string form) => new(form.StartsWith("be", StringComparison.Ordinal))
    {
        Align = form.Contains("32", StringComparison.Ordinal) ? 32 : 8,
        IsLarge = form.EndsWith("large", StringComparison.Ordinal),
        IsMetadataPacketised = form.EndsWith("packetised", StringComparison.Ordinal),
    };

    private static string? Babeltrace(string folder)
    {
        ProcessStartInfo start = new("babeltrace2", ["--clock-cycles", "--no-delta", folder]) { RedirectStandardOutput = true };
        try
        {
            using Process process = Process.Start(start)!;
            string text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return text;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
