namespace ForkTrace.Ingest.Tracepoints;

/// <summary>
/// Where things lie in a ring-buffer page, as the traced kernel's <c>events/header_page</c> says (ring_buffer.c,
/// ring_buffer_print_page_header).
/// </summary>
/// <param name="TimestampOffset">Offset of the page's base time, 8 bytes.</param>
/// <param name="CommitOffset">Offset of the commit word.</param>
/// <param name="CommitBytes">Bytes of the commit word: the kernel's long, 4 or 8.</param>
/// <param name="DataOffset">Offset of the first event.</param>
/// <param name="DataBytes">Bytes that the events can take; DataOffset + DataBytes is the page's size.</param>
public sealed record SubBufferLayout(int TimestampOffset, int CommitOffset, int CommitBytes, int DataOffset, int DataBytes)
{
    /// <summary>Bytes of a page.</summary>
    public int PageBytes => DataOffset + DataBytes;

    /// <summary>Reads a header_page text; null when it lacks a field or gives one a size that no kernel does.</summary>
    public static SubBufferLayout? Parse(string text)
    {
        // The text has the field lines of an event's format, without the lines that name the event.
        EventFormat? page = EventFormat.Parse("", "name: header_page\nID: 0\n" + text);
        if (page?.Field("timestamp") is not { Size: 8 } timestamp
            || page.Field("commit") is not { Size: 4 or 8 } commit
            || page.Field("data") is not { Size: > 0 } data)
        {
            return null;
        }

        return new SubBufferLayout(timestamp.Offset, commit.Offset, commit.Size, data.Offset, data.Size);
    }
}
