using System.IO.Hashing;
using System.Runtime.ExceptionServices;

namespace ForkTrace.Ingest.Input;

/// <summary>
/// Reads an input once, from its beginning to its end: a thread reads the next pieces and adds them to the digest while the caller decodes
/// the pieces before. An input of one piece is read without a thread. From a pipe it returns the bytes that have arrived.
/// </summary>
internal sealed class ReadAhead : IDisposable
{
    private const int PieceBytes = InputWindow.Bytes;
    private const int Pieces = 4;

    // Room in front of a piece for the rest of the piece before: a record of perf.data has at most 64 KiB.
    private const int RestBytesMax = 1 << 16;

    private readonly TraceInput _input;
    private readonly int _pieceBytes;
    private readonly Queue<Piece> _full = new();
    private readonly Queue<Piece> _free = new();
    private ExceptionDispatchInfo? _failure;
    private bool _isOver;
    private volatile bool _isWanted = true;
    private Piece? _piece;
    private long _start;
    private long _end;

    public ReadAhead(TraceInput input)
    {
        _input = input;
        if (input.IsPipe)
            return;
        _pieceBytes = (int)Math.Min(PieceBytes, input.Length);
        for (long from = 0; from < input.Length && _free.Count < Pieces; from += _pieceBytes)
            _free.Enqueue(new Piece(_pieceBytes));
        if (input.DigestUnderWay?.TryBegin(this) == true)
            return;
        if (IsOnePiece)
            Run(null);
        else
            new Thread(() => Run(null)) { IsBackground = true, Name = "read" }.Start();
    }

    /// <summary>True if the input fits into one piece, so that a thread would gain nothing.</summary>
    public bool IsOnePiece => _input.Length <= PieceBytes;

    /// <summary>
    /// The bytes from an offset on, valid until the next call: at least <paramref name="lengthMin"/> bytes unless the input ends before,
    /// and at most <paramref name="lengthMax"/>. Offsets never step back by more than 64 KiB.
    /// </summary>
    public ReadOnlySpan<byte> SliceUpTo(long offset, int lengthMin, int lengthMax)
    {
        if (_input.IsPipe)
            return _input.Arrived(offset, lengthMin, lengthMax);
        while (offset + lengthMin > _end && _end < _input.Length)
            Advance(offset);
        int length = (int)Math.Clamp(_end - offset, 0, lengthMax);
        return length == 0 ? [] : _piece!.Bytes.AsSpan((int)(offset - _start) + _piece.From, length);
    }

    /// <summary>Stops handing out pieces. If a digest is being computed, its thread reads the rest without waiting.</summary>
    public void Dispose()
    {
        lock (_full)
        {
            _isWanted = false;
            Monitor.PulseAll(_full);
        }
    }

    /// <summary>Reads the input to its end, for the digest.</summary>
    public void Run(XxHash128? hash, Func<bool>? isStopped = null)
    {
        try
        {
            long at = 0;
            while (at < _input.Length && isStopped?.Invoke() != true)
            {
                Piece piece = TakeFree();
                if (!_isWanted && hash is null)
                    break;
                Span<byte> bytes = piece.Bytes.AsSpan(RestBytesMax, _input.BytesAt(at, _pieceBytes));
                _input.Read(at, bytes);
                hash?.Append(bytes);
                piece.Length = bytes.Length;
                at += bytes.Length;
                Give(piece);
            }
        }
        catch (Exception failure)
        {
            _failure = ExceptionDispatchInfo.Capture(failure);
            if (hash is not null)
                throw;
        }
        finally
        {
            lock (_full)
            {
                _isOver = true;
                Monitor.PulseAll(_full);
            }
        }
    }

    private void Advance(long offset)
    {
        Piece next = Next();
        int rest = (int)Math.Clamp(_end - offset, 0, RestBytesMax);
        if (_piece is { } last)
        {
            last.Bytes.AsSpan(last.From + (int)(_end - _start) - rest, rest).CopyTo(next.Bytes.AsSpan(RestBytesMax - rest));
            lock (_full)
            {
                _free.Enqueue(last);
                Monitor.PulseAll(_full);
            }
        }

        next.From = RestBytesMax - rest;
        _piece = next;
        _start = _end - rest;
        _end += next.Length;
    }

    private Piece Next()
    {
        lock (_full)
        {
            while (_full.Count == 0 && !_isOver)
                Monitor.Wait(_full);
            if (_full.TryDequeue(out Piece? next))
                return next;
        }

        _failure?.Throw();
        throw new ObjectDisposedException(nameof(ReadAhead));
    }

    private Piece TakeFree()
    {
        lock (_full)
        {
            while (_free.Count == 0 && _isWanted)
                Monitor.Wait(_full);
            return _free.TryDequeue(out Piece? free) ? free : new Piece(_pieceBytes);
        }
    }

    private void Give(Piece piece)
    {
        lock (_full)
        {
            (_isWanted ? _full : _free).Enqueue(piece);
            Monitor.PulseAll(_full);
        }
    }

    private sealed class Piece(int bytes)
    {
        public byte[] Bytes { get; } = GC.AllocateUninitializedArray<byte>(RestBytesMax + bytes);

        public int Length { get; set; }

        /// <summary>Where the visible bytes begin: the rest of the previous piece comes first.</summary>
        public int From { get; set; }
    }
}
