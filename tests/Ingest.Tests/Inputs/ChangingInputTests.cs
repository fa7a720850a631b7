using ForkTrace.Events;
using ForkTrace.Ingest.Formats;
using ForkTrace.Ingest.Input;
using ForkTrace.TestKit;

namespace ForkTrace.Ingest.Tests.Inputs;

/// <summary>If a recording changes while it is read, it is rejected with that reason.</summary>
public sealed class ChangingInputTests : IDisposable
{
    private const string Recording = "native-6.18/pthread.perf.data.zst";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("shrinks")]
    [InlineData("grows")]
    [InlineData("is overwritten")]
    [InlineData("is touched")]
    public void A_file_that_changes_while_it_is_read_is_rejected(string change)
    {
        string path = Unpacked();
        IngestException rejection = Assert.Throws<IngestException>(() => TraceReader.Read(path, ChangedBy(() => Change(path, change))));
        Assert.Equal("changed", rejection.Code);
        Assert.Equal($"{path} changed while it was read: wait until it is written, or read a copy", rejection.Message);
    }

    [Fact]
    public void A_file_that_another_replaces_is_read_as_it_was()
    {
        string path = Unpacked();
        TraceFacts whole = TraceReader.Read(path).Facts;
        string other = Path.Combine(Path.GetDirectoryName(path)!, "other");
        File.WriteAllText(other, "something else");
        using EventTable events = TraceReader.Read(path, ChangedBy(() => File.Move(other, path, overwrite: true)));
        Assert.Equal(whole.Digest, events.Facts.Digest);
        Assert.Equal(whole.Forks, events.Facts.Forks);
    }

    [Fact]
    public void The_message_names_the_file_that_changed()
    {
        string path = Unpacked();
        string other = Path.Combine(Path.GetDirectoryName(path)!, "copy.data");
        File.Copy(path, other);
        File.AppendAllText(other, "\0\0\0\0\0\0\0\0");
        IngestException rejection =
            Assert.Throws<IngestException>(() => TraceReader.Read([path, other], ChangedBy(() => Change(path, "is touched"))));
        Assert.Equal("changed", rejection.Code);
        Assert.Contains($"{path} changed", rejection.Message, StringComparison.Ordinal);
    }

    private static IngestOptions ChangedBy(Action change)
    {
        bool isDone = false;
        return new IngestOptions
        {
            Progress = _ =>
            {
                if (!isDone)
                    change();
                isDone = true;
            },
        };
    }

    private static void Change(string path, string change)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        switch (change)
        {
            case "shrinks":
                file.SetLength(file.Length / 2);
                break;
            case "grows":
                file.Position = file.Length;
                file.WriteByte(0);
                break;
            case "is overwritten":
                file.Position = file.Length / 2;
                file.Write(new byte[4096]);
                break;
            default:
                file.WriteByte((byte)'P');
                break;
        }
    }

    private string Unpacked()
    {
        string path = Path.Combine(_folder.Path, "perf.data");
        using FileStream packed = File.OpenRead(RepositoryFiles.SampleTrace(Recording));
        using FileStream unpacked = File.Create(path);
        using ZstdDecompressionStream content = new(packed);
        content.CopyTo(unpacked);
        return path;
    }
}
