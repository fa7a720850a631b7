namespace ForkTrace.Ingest.Input;

/// <summary>A stream that can only be read forward. Has the members that all such streams share.</summary>
internal abstract class ForwardOnlyStream : Stream
{
    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw ForwardOnly();

    public override long Position
    {
        get => throw ForwardOnly();
        set => throw ForwardOnly();
    }

    public abstract override int Read(Span<byte> buffer);

    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return Read(buffer.AsSpan(offset, count));
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw ForwardOnly();
    public override void SetLength(long value) => throw ForwardOnly();
    public override void Write(byte[] buffer, int offset, int count) => throw ForwardOnly();
    private static NotSupportedException ForwardOnly() => new("The stream can only be read forward.");
}
