using System.Text;
using ForkTrace.Events.Scrubbing;

namespace ForkTrace.Events.Tests;

/// <summary>Scrubbed data is nowhere in the file's bytes. Everything that a replay needs is still there.</summary>
public sealed class EventScrubberTests : IDisposable
{
    private const long BaseNs = 4_939_219_830_449;
    private const long Address = -60_473_059_131_392;
    private static readonly byte[] s_key = Encoding.UTF8.GetBytes("a key of 16 or more bytes");
    private readonly string _folder = Directory.CreateTempSubdirectory("forktrace-scrub").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(CommScrubbing.Hash)]
    [InlineData(CommScrubbing.Drop)]
    public void Nothing_of_it_is_in_the_bytes(CommScrubbing comms)
    {
        using EventTable scrubbed = new EventScrubber(comms, s_key).Apply(Secret());
        string path = Path.Combine(_folder, "scrubbed.arrow");
        EventFile.Write(scrubbed, path);
        byte[] bytes = File.ReadAllBytes(path);
        using MemoryStream stream = new();
        EventFile.WriteStream(scrubbed, stream);
        using StringWriter csv = new();
        EventCsv.Write(scrubbed, csv);
        foreach (byte[] form in (byte[][])[bytes, stream.ToArray(), Encoding.UTF8.GetBytes(csv.ToString())])
        {
            foreach (string secret in (string[])["payroll", "backup", "buildhost", "secret.data", "hunter2", "probe_app", "abcdef0123", "tenant"])
                Assert.True(form.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) < 0, $"'{secret}' is in it");
            foreach (long number in (long[])[BaseNs, BaseNs + 1000, BaseNs + 5000, 1_795_345_112_857_409_306, Address])
            {
                Assert.True(form.AsSpan().IndexOf(BitConverter.GetBytes(number)) < 0, $"{number} is in it");
                Assert.True(form.AsSpan().IndexOf(Encoding.UTF8.GetBytes($"{number}")) < 0, $"{number} is in it as text");
            }
        }
    }

    [Fact]
    public void What_a_replay_needs_stays()
    {
        using EventTable secret = Secret();
        using EventTable scrubbed = new EventScrubber(CommScrubbing.Hash, s_key).Apply(secret);
        Assert.Equal(secret.TimesNs.ToArray().Select(time => time - BaseNs), scrubbed.TimesNs.ToArray());
        Assert.Equal(secret.Kinds.ToArray(), scrubbed.Kinds.ToArray());
        Assert.Equal(secret.Tasks, scrubbed.Tasks);
        Assert.Equal(secret.Cpus, scrubbed.Cpus);
        Assert.Equal(secret.Comms, scrubbed.Comms);
        Assert.Equal((0, 5000), (scrubbed.Facts.FirstNs, scrubbed.Facts.LastNs));
        Assert.Equal("6.18.0", scrubbed.Facts.Kernel);
        Assert.Equal(new KernelFacts { VmapStack = true, Hz = 250 }, scrubbed.Facts.KernelFacts);
        Assert.Equal(9, scrubbed.Facts.EventsSkipped.Values.Sum());
        Assert.Equal([new LossInterval(0, 100, 200, 4), new LossInterval(1, long.MinValue, long.MaxValue, -1)], scrubbed.Facts.Losses);
        Assert.True(scrubbed.Facts.HasDataLoss);
        Assert.Equal(["odd_names", "scrubbed"], scrubbed.Facts.Issues.Select(issue => issue.Code));
        Assert.Equal(scrubbed.Values[0], scrubbed.Values[2]);
        Assert.Equal(16640, scrubbed.Values[1]);
    }

    [Fact]
    public void Cgroups_become_hashes_or_unknown()
    {
        using EventTable hashed = new EventScrubber(CommScrubbing.Hash, s_key).Apply(Secret());
        Assert.Equal(["", hashed.Facts.Cgroups[1], hashed.Facts.Cgroups[2]], hashed.Facts.Cgroups.Distinct());
        Assert.All(hashed.Facts.Cgroups.Skip(1), path => Assert.Matches("^/c-[0-9a-f]{12}$", path));
        Assert.Equal(2, hashed.Values[3]);
        using EventTable dropped = new EventScrubber(CommScrubbing.Drop, s_key).Apply(Secret());
        Assert.Equal([""], dropped.Facts.Cgroups);
        Assert.Equal(0, dropped.Values[3]);
    }

    [Fact]
    public void One_key_gives_one_name_and_another_key_another()
    {
        CommTable one = Names(s_key);
        Assert.Equal(one.Names, Names(s_key).Names);
        Assert.NotEqual(one.Names, Names(EventScrubber.NewKey()).Names);
        Assert.Equal("", one[0]);
        Assert.NotEqual(one[1], one[2]);
        Assert.All(one.Names, name => Assert.True(name.Length < 16));

        static CommTable Names(byte[] key)
        {
            using EventTable scrubbed = new EventScrubber(CommScrubbing.Hash, key).Apply(Secret());
            return scrubbed.CommNames;
        }
    }

    private static EventColumns Secret()
    {
        EventColumns events = new(5);
        events.Add(BaseNs, 0, EventKind.StackMap, 0, -1, 10, 1, Address);
        events.Add(BaseNs + 1000, 0, EventKind.NewTask, 1, 0, 11, 2, 16640);
        events.Add(BaseNs + 2000, 0, EventKind.ProbeVfree, 0, -1, 10, 1, Address);
        events.Add(BaseNs + 3000, 0, EventKind.Cgroup, 0, -1, 10, 1, 2);
        events.Add(BaseNs + 5000, 0, EventKind.Exit, 1, -1, 11, 2, 1);
        events.Complete(
            new TraceFacts
            {
                Trace = "secret.data",
                Format = "perf.data",
                Digest = "xxh128:abcdef0123abcdef0123abcdef012345",
                Kernel = "6.18.0",
                Recorder = "perf record --password=hunter2",
                KernelFacts = new KernelFacts { CommandLine = "root=UUID=hunter2", VmapStack = true, Hz = 250 },
                WallClockOffsetNs = 1_795_345_112_857_409_306,
                Cpus = 2,
                Tasks = 2,
                FirstNs = BaseNs,
                LastNs = BaseNs + 5000,
                EventsSkipped = System.Collections.Immutable.ImmutableSortedDictionary<string, long>.Empty.Add("probe_app:login", 9),
                Losses = [new LossInterval(0, BaseNs + 100, BaseNs + 200, 4), new LossInterval(1, long.MinValue, long.MaxValue, -1)],
                Issues = [new ImportIssue(IssueSeverity.Warning, "odd_names", "buildhost has a comm 'payroll' at 4939219830449.", 2)],
                Filter = "--comm 'payroll'",
                Cgroups = ["", "/", "/tenant-7.slice"],
            },
            new CommTable(["", "payroll", "backup"]));
        return events;
    }
}
