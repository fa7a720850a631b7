using System.IO.Hashing;

namespace ForkTrace.Ingest.Input;

/// <summary>
/// The digest of an input, computed while it is decoded: either by a task that also reads the input, or by the thread that reads it for the
/// decoder (<see cref="ReadAhead"/>). The second way saves reading the whole input twice.
/// </summary>
internal sealed class InputDigest(TraceInput input)
{
    private const int PieceBytes = 1 << 20;

    // Smaller inputs are hashed faster than a task starts.
    private const int TaskBytesMin = 1 << 16;
    private readonly XxHash128 _hash = new();
    private Task _work = Task.CompletedTask;
    private int _isBegun;
    private volatile bool _isStopped;

    /// <summary>The digest. Reads whatever has not been read yet.</summary>
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

    /// <summary>Starts to read the whole input, unless that has begun already.</summary>
    public void Begin()
    {
        if (input.Length >= TaskBytesMin && Interlocked.Exchange(ref _isBegun, 1) == 0)
            _work = Task.Run(Read);
    }

    /// <summary>Reads the whole input for a decoder, on a thread if it is more than one piece.</summary>
    /// <returns>False if the digest has begun already.</returns>
    public bool TryBegin(ReadAhead ahead)
    {
        if (Interlocked.Exchange(ref _isBegun, 1) != 0)
            return false;
        _work = ahead.IsOnePiece ? RunNow(ahead) : Task.Factory.StartNew(
            () => ahead.Run(_hash, () => _isStopped), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return true;
    }

    /// <summary>Stops the work; the value is no longer needed.</summary>
    public void Stop()
    {
        _isStopped = true;
        _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
    }

    private Task RunNow(ReadAhead ahead)
    {
        try
        {
            ahead.Run(_hash);
            return Task.CompletedTask;
        }
        catch (Exception failure)
        {
            return Task.FromException(failure);
        }
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
