using System.IO.MemoryMappedFiles;

namespace ForkTrace.Cli.Plugins;

/// <summary>
/// A small file that says which foreign policies are running. The child process writes it through a memory mapping. The parent reads it, also
/// after the child has died.
/// </summary>
internal sealed unsafe class PolicyMark : IDisposable
{
    private const int Places = 2048;
    private const int TextBytesMax = 112;

    // The first field says how the child ended.
    private const int End = 0;
    private static long s_entries;

    [ThreadStatic]
    private static int s_ownPlace;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly Place* _places;

    private PolicyMark(MemoryMappedFile file)
    {
        _file = file;
        _view = file.CreateViewAccessor();
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _places = (Place*)start;
    }

    /// <summary>True once the child has finished its command.</summary>
    public bool IsFinished => Volatile.Read(ref _places[End].IsBusy) != 0;

    /// <summary>The unhandled exception of a thread that a policy started; empty if there was none.</summary>
    public string Failure => TextOf(End);

    /// <summary>The policies whose code is running now, each with the number of its call.</summary>
    public IEnumerable<(string Policy, long Entry)> Running =>
        Enumerable.Range(1, Places - 1).Where(IsBusy).Select(place => (TextOf(place), EntryOf(place)));

    /// <summary>The policy that was called last and the number of that call; an empty name and 0 if there was none.</summary>
    public (string Policy, long Entry) Latest =>
        Enumerable.Range(1, Places - 1).MaxBy(EntryOf) is var place && EntryOf(place) is > 0 and long entry ? (TextOf(place), entry) : ("", 0);

    /// <summary>Creates the file at its full size, so that a full disk fails here.</summary>
    public static PolicyMark Create(string path)
    {
        File.WriteAllBytes(path, new byte[Places * sizeof(Place)]);
        return Open(path);
    }

    public static PolicyMark Open(string path) => new(MemoryMappedFile.CreateFromFile(path, FileMode.Open));

    /// <summary>Records that code of a policy runs on this thread. Allocates nothing.</summary>
    public void Enter(ReadOnlySpan<byte> policy)
    {
        int place = Math.Max(1, s_ownPlace);
        while (Interlocked.CompareExchange(ref _places[place].IsBusy, 1, 0) != 0)
            place = place + 1 < Places ? place + 1 : 1;
        s_ownPlace = place;
        Write(place, policy);
        Volatile.Write(ref _places[place].Entry, Interlocked.Increment(ref s_entries));
    }

    /// <summary>Records that the code has returned.</summary>
    public void Leave() => Volatile.Write(ref _places[s_ownPlace].IsBusy, 0);

    /// <summary>Records that the child has finished its command.</summary>
    public void Finish() => Volatile.Write(ref _places[End].IsBusy, 1);

    /// <summary>Records why the child is about to end.</summary>
    public void Fail(string failure) => Write(End, Encoding.UTF8.GetBytes(failure));

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    private bool IsBusy(int place) => Volatile.Read(ref _places[place].IsBusy) != 0;

    private long EntryOf(int place) => Volatile.Read(ref _places[place].Entry);

    private string TextOf(int place) =>
        Encoding.UTF8.GetString(new ReadOnlySpan<byte>(_places[place].Text, Math.Clamp(_places[place].TextBytes, 0, TextBytesMax)));

    private void Write(int place, ReadOnlySpan<byte> text)
    {
        text = text[..Math.Min(text.Length, TextBytesMax)];
        text.CopyTo(new Span<byte>(_places[place].Text, TextBytesMax));
        Volatile.Write(ref _places[place].TextBytes, text.Length);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Place
    {
        public long Entry;
        public int IsBusy;
        public int TextBytes;
        public fixed byte Text[TextBytesMax];
    }
}
