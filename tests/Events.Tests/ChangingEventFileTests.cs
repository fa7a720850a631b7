using ForkTrace.TestKit;

namespace ForkTrace.Events.Tests;

/// <summary>An event file is cut and overwritten while it is opened repeatedly: it is read completely or rejected, and never a
/// crash.</summary>
public sealed class ChangingEventFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("forktrace-changing").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_is_opened_is_the_file_as_it_was_or_nothing()
    {
        string path = Path.Combine(_folder, "t.arrow");
        using EventTable written = SyntheticTrace.Random(1, 5000, 3);
        EventFile.Write(written, path);
        byte[] whole = File.ReadAllBytes(path);
        bool isOver = false;
        Thread writer = new(() =>
        {
            while (!Volatile.Read(ref isOver))
            {
                using FileStream file = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
                file.SetLength(whole.Length / 3);
                file.Write(whole);
            }
        });
        writer.Start();
        int opened = 0, refused = 0;
        while (opened + refused < 300)
        {
            try
            {
                using EventTable events = EventFile.Open(path);
                Assert.Equal(written.TimesNs, events.TimesNs);
                Assert.Equal(written.Values, events.Values);
                opened++;
            }
            catch (EventFileException)
            {
                refused++;
            }
        }

        Volatile.Write(ref isOver, true);
        writer.Join();
        Assert.True(refused > 0, $"{opened} opened, {refused} refused");
    }

    // The rows that were read are in this process's memory, so changes of the file do not matter.
    [Fact]
    public void A_table_stays_when_its_file_is_cut()
    {
        string path = Path.Combine(_folder, "t.arrow");
        using EventTable written = SyntheticTrace.Random(1, 5000, 3);
        EventFile.Write(written, path);
        using EventTable events = EventFile.Open(path);
        File.WriteAllBytes(path, []);
        Assert.Equal(written.TimesNs, events.TimesNs);
        Assert.Equal(written.Values, events.Values);
    }
}
