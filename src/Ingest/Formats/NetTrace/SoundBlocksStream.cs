namespace ForkTrace.Ingest.Formats.NetTrace;

/// <summary>The sound blocks of a trace as one stream, straight from the mapped input, and then the block that ends a trace.</summary>
internal sealed class SoundBlocksStream(TraceInput input, NetTraceScan scan, Action<double>? progress) : ForwardOnlyStream
{
    private readonly byte[] _end = scan.IsObjects ? [1] : [0, 0, 0, 0];
    private int _range;
    private int _endBytes;

    /// <summary>The place in the file that is read next.</summary>
    public long FileOffset { get; private set; }

    public override int Read(Span<byte> buffer)
    {
        while (_range < scan.Ranges.Count && FileOffset >= scan.Ranges[_range].End)
        {
            _range++;
            if (_range < scan.Ranges.Count)
                FileOffset = scan.Ranges[_range].Start;
        }

        ReadOnlySpan<byte> bytes = _range == scan.Ranges.Count
            ? _end.AsSpan(_endBytes)
            : input.SliceUpTo(FileOffset, (int)Math.Min(int.MaxValue, scan.Ranges[_range].End - FileOffset));
        bytes = bytes[..Math.Min(buffer.Length, bytes.Length)];
        bytes.CopyTo(buffer);
        if (_range == scan.Ranges.Count)
            _endBytes += bytes.Length;
        else
            FileOffset += bytes.Length;
        progress?.Invoke((double)FileOffset / input.Length);
        return bytes.Length;
    }
}
