using System.Collections.Immutable;
using ForkTrace.Lifecycle.Operations;
using ForkTrace.TestKit;

namespace ForkTrace.Events.Tests;

public sealed class EventFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("forktrace-events").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_table_comes_back_column_for_column()
    {
        using EventTable written = SyntheticTrace.Random(1, 500, 3);
        string path = Path.Combine(_folder, "trace.arrow");
        EventFile.Write(written, path);
        using EventTable read = EventFile.Open(path);
        Assert.Equal(written.TimesNs, read.TimesNs);
        Assert.Equal(written.Cpus, read.Cpus);
        Assert.Equal(written.Kinds.ToArray(), read.Kinds.ToArray());
        Assert.Equal(written.Tasks, read.Tasks);
        Assert.Equal(written.Others, read.Others);
        Assert.Equal(written.Tids, read.Tids);
        Assert.Equal(written.Comms, read.Comms);
        Assert.Equal(written.Values, read.Values);
        Assert.Equal(TraceFactsJson.Serialize(written.Facts), TraceFactsJson.Serialize(read.Facts));
        Assert.Equal(["trace.arrow"], Directory.GetFiles(_folder).Select(Path.GetFileName));
    }

    [Fact]
    public void A_number_that_is_not_a_kind_is_rejected()
    {
        SyntheticTrace trace = new();
        trace.Add(1, 0, (EventKind)60, -1, -1, 0);
        using EventTable written = trace.ToTable();
        string path = Path.Combine(_folder, "kind.arrow");
        EventFile.Write(written, path);
        Assert.Contains("a kind", Assert.Throws<EventFileException>(() => EventFile.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Facts_survive_with_every_member()
    {
        TraceFacts facts = new()
        {
            Trace = "a\nb",
            Format = "perf.data",
            Digest = "00",
            Kernel = "6.18.0",
            WallClockOffsetNs = 5,
            CpuNodes = [0, 1],
            EventsByKind = ImmutableSortedDictionary<string, long>.Empty.Add("newtask", 3),
            Losses = [new LossInterval(1, 2, 3, -1)],
            Issues = [new ImportIssue(IssueSeverity.DataLoss, "lost_events", "gone", 7)],
        };
        string json = TraceFactsJson.Serialize(facts);
        TraceFacts read = TraceFactsJson.Deserialize(json);
        Assert.Equal(json, TraceFactsJson.Serialize(read));
        Assert.Equal(facts.Losses[0], read.Losses[0]);
        Assert.Equal(facts.Issues[0], read.Issues[0]);
        Assert.Equal(3, read.CountOf(EventKind.NewTask));
    }

    [Fact]
    public void A_failed_write_leaves_the_old_file_and_nothing_else()
    {
        string path = Path.Combine(_folder, "kept");
        File.WriteAllText(path, "old");
        Assert.Throws<OutputException>(() => OutputFile.Write(path, stream =>
        {
            stream.WriteByte(1);
            throw new IOException("disk full");
        }));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Fact]
    public void Every_truncation_is_rejected_in_one_line()
    {
        string path = Path.Combine(_folder, "trace.arrow");
        using EventTable written = SyntheticTrace.Random(2, 20, 2);
        EventFile.Write(written, path);
        byte[] whole = File.ReadAllBytes(path);
        string cut = Path.Combine(_folder, "cut.arrow");
        for (int length = 0; length < whole.Length; length += 7)
        {
            File.WriteAllBytes(cut, whole[..length]);
            EventFileException fault = Assert.Throws<EventFileException>(() => EventFile.Open(cut));
            Assert.DoesNotContain('\n', fault.Message);
        }
    }

    [Fact]
    public void Flipped_bits_never_do_worse_than_a_clear_error()
    {
        string path = Path.Combine(_folder, "trace.arrow");
        using EventTable written = SyntheticTrace.Random(2, 20, 2);
        EventFile.Write(written, path);
        byte[] whole = File.ReadAllBytes(path);
        Random random = new(11);
        string bent = Path.Combine(_folder, "bent.arrow");
        int rejected = 0;
        for (int round = 0; round < 2000; round++)
        {
            byte[] copy = [.. whole];
            copy[random.Next(copy.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(bent, copy);
            try
            {
                using EventTable read = EventFile.Open(bent);
                Lifecycle.Operations.LifecycleBuilder.Build(read);
            }
            catch (EventFileException)
            {
                rejected++;
            }
        }

        Assert.InRange(rejected, 1, 2000);
    }
}
