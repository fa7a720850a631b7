namespace ForkTrace.Cli.Streams;

/// <summary>
/// Standard output by write(2). The runtime's own stream ignores a closed pipe, so a long output to <c>| head</c> would be computed to its
/// end. This stream throws instead. (A FileStream would write at its own offsets and garble <c>&gt; file 2&gt;&amp;1</c>.)
/// </summary>
internal sealed partial class StandardOutputStream : Stream
{
    private const int Descriptor = 1;
    private const int Interrupted = 4;
    private const int TryAgain = 11;
    private const int BrokenPipe = 32;
    private const short PollOut = 4;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Standard output on this system.</summary>
    public static Stream Open() => OperatingSystem.IsLinux() ? new StandardOutputStream() : Console.OpenStandardOutput();

    public override unsafe void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            nint written;
            fixed (byte* start = buffer)
                written = WriteNative(Descriptor, start, (nuint)buffer.Length);
            if (written >= 0)
                buffer = buffer[(int)written..];
            else
                ThrowUnlessTransient(Marshal.GetLastPInvokeError());
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private static void ThrowUnlessTransient(int error)
    {
        if (error == BrokenPipe)
            throw new OutputClosedException();
        if (error == TryAgain)
            WaitUntilWritable();
        else if (error != Interrupted)
            throw new UsageException($"standard output cannot be written: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    // Another process that shares the terminal may have made it non-blocking.
    private static void WaitUntilWritable()
    {
        PollRequest request = new() { Descriptor = Descriptor, Events = PollOut };
        _ = Poll(ref request, 1, -1);
    }

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static unsafe partial nint WriteNative(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollRequest request, nuint count, int timeoutMs);

    private struct PollRequest
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}

/// <summary>The reader of standard output has closed it (<c>| head</c>): the tool ends without a message.</summary>
internal sealed class OutputClosedException : Exception;
