using System.IO.Hashing;

namespace ForkTrace.Ingest.Input;

/// <summary>
/// The digest of an input, made beside the decoding: by a task that reads the input too, or by the thread that reads it for the decoder
/// (<see cref="ReadAhead"/>), which saves a copy of the whole input.
/// </summary>
internal sealed class InputDigest(TraceInput input)
{
    private const int PieceBytes = 1 << 20;

    // What is less than this is hashed before a task would have begun.
    private const int TaskBytesMin = 1 << 16;
    private readonly XxHash128 _hash = new();
    private Task _work = Task.CompletedTask;
    private int _isBegun;
    private volatile bool _isStopped;

    /// <summary>The digest; reads what has not been read yet.</summary>
    public string Value
    {
        get
        {
            if (Interlocked.Exchange(ref _isBegun, 1) == 0)
                Read();
            _work.GetAwaiter().GetResult();
            return RecordingDigest.Of(_hash);
        }
    }

    /// <summary>Begins to read the whole input, unless that was begun before.</summary>
    public void Begin()
    {
        if (input.Length >= TaskBytesMin && Interlocked.Exchange(ref _isBegun, 1) == 0)
            _work = Task.Run(Read);
    }

    /// <summary>Begins with a thread that reads the whole input for somebody else.</summary>
    /// <returns>False if it was begun before.</returns>
    public bool TryBegin(ReadAhead ahead)
    {
        if (Interlocked.Exchange(ref _isBegun, 1) != 0)
            return false;
        _work = Task.Factory.StartNew(
            () => ahead.Run(_hash, () => _isStopped), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return true;
    }

    /// <summary>Ends the work; the value is not wanted any more.</summary>
    public void Stop()
    {
        _isStopped = true;
        _work.ContinueWith(static _ => { }, TaskScheduler.Default).Wait();
    }

    private void Read()
    {
        byte[] piece = GC.AllocateUninitializedArray<byte>((int)Math.Min(PieceBytes, input.Length));
        for (long at = 0; at < input.Length && !_isStopped;)
        {
            Span<byte> bytes = piece.AsSpan(0, (int)Math.Min(piece.Length, input.Length - at));
            input.Read(at, bytes);
            _hash.Append(bytes);
            at += bytes.Length;
        }
    }
}
