using ForkTrace.Ingest.Tracepoints;

namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>Finds the layout of a buffer's pages from what the file says in several places.</summary>
internal static class PageLayouts
{
    private const int SmallestPageBytes = 1024;

    /// <summary>
    /// Places come from header_page; the size from the buffer's option, or else from header_page, or else from the file's head. Rejects a
    /// size that no kernel makes.
    /// </summary>
    public static SubBufferLayout Of(TraceDatHead head, TraceDatBuffer buffer)
    {
        // header_page is missing, or its data field has more than the 64 KiB that a field can have: the layout of all kernels since 2.6.31.
        int longBytes = head.Tracing.LongBytes == sizeof(uint) ? sizeof(uint) : sizeof(ulong);
        int dataOffset = sizeof(ulong) + longBytes;
        SubBufferLayout layout = head.Tracing.Page
            ?? new SubBufferLayout(0, sizeof(ulong), longBytes, dataOffset, head.Tracing.PageBytes - dataOffset);
        int pageBytes = buffer.PageBytes > 0 ? buffer.PageBytes : layout.PageBytes;
        int headBytes = Math.Max(layout.TimestampOffset + sizeof(ulong), layout.CommitOffset + layout.CommitBytes);
        bool isSize = pageBytes is >= SmallestPageBytes and <= (int)TraceDatBuffer.PageBytesMax;
        if (!isSize || layout.DataOffset < headBytes || layout.DataOffset >= pageBytes)
        {
            Reject.Invalid(
                $"the page layout of buffer '{buffer.Name}'",
                0,
                $"{pageBytes} bytes with events from {layout.DataOffset}",
                $"{SmallestPageBytes} to {TraceDatBuffer.PageBytesMax} bytes with events after the {headBytes} of the head");
        }

        return layout with { DataBytes = pageBytes - layout.DataOffset };
    }
}
