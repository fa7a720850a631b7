namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>How the bits of an entry's first word lie: a type argument, so that the loop over a page is compiled for each order.</summary>
public unsafe interface IHeaderOrder
{
    /// <summary>The 32-bit word at a place that holds four bytes.</summary>
    static abstract uint Read(byte* at);

    /// <summary>type_len, 0..31.</summary>
    static abstract uint Type(uint header);

    /// <summary>time_delta, 27 bits.</summary>
    static abstract uint Delta(uint header);
}
