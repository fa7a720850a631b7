using System.IO.Hashing;

namespace ForkTrace.Ingest.Input;

/// <summary>
/// The digest of an input, computed while it is decoded: either by a task that also reads the input, or from the pieces that a reader reads
/// in order anyway. The second way saves reading the whole input twice.
/// </summary>
internal sealed class InputDigest(TraceInput input)
{
    private const int PieceBytes = 1 << 20;

    // Smaller inputs are hashed faster than a task starts.
    private const int TaskBytesMin = 1 << 16;
    private readonly XxHash128 _hash = new();
    private Task _work = Task.CompletedTask;
    private long _end;
    private int _isBegun;
    private volatile bool _isStopped;

    /// <summary>The digest. Reads whatever has not been read yet.</summary>
    public string Value
    {
        get
        {
            Wait();
            Read(input.Length);
            return RecordingDigest.Of(_hash);
        }
    }

    /// <summary>Starts to read the whole input, unless this or <see cref="TryTake"/> happened before.</summary>
    public void Begin()
    {
        if (input.Length >= TaskBytesMin && Interlocked.Exchange(ref _isBegun, 1) == 0)
            _work = Task.Run(() => Read(input.Length));
    }

    /// <summary>Replaces <see cref="Begin"/>: the caller passes the pieces of the input to <see cref="Add"/>.</summary>
    /// <returns>False if the task has already begun.</returns>
    public bool TryTake() => Interlocked.Exchange(ref _isBegun, 1) == 0;

    /// <summary>Adds a piece of the input, in order. The buffer must not change until the next piece is added.</summary>
    public void Add(long offset, byte[] buffer, int length)
    {
        Wait();
        Read(offset);
        int known = (int)Math.Min(_end - offset, length);
        _end += length - known;
        if (length - known >= TaskBytesMin)
            _work = Task.Run(() => _hash.Append(buffer.AsSpan(known, length - known)));
        else
            _hash.Append(buffer.AsSpan(known, length - known));
    }

    /// <summary>Stops the work; the value is no longer needed.</summary>
    public void Stop()
    {
        _isStopped = true;
        _work.ContinueWith(static _ => { }, TaskScheduler.Default).Wait();
    }

    private void Wait() => _work.GetAwaiter().GetResult();

    private void Read(long end)
    {
        byte[] piece = end > _end ? GC.AllocateUninitializedArray<byte>((int)Math.Min(PieceBytes, end - _end)) : [];
        while (_end < end && !_isStopped)
        {
            Span<byte> bytes = piece.AsSpan(0, (int)Math.Min(piece.Length, end - _end));
            input.Read(_end, bytes);
            _hash.Append(bytes);
            _end += bytes.Length;
        }
    }
}
