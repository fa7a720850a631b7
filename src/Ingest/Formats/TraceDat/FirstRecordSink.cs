namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>Ends the walk at a page's first record: then the running time is that record's.</summary>
public unsafe struct FirstRecordSink : IRecordSink
{
    /// <summary>True if the page has a record.</summary>
    public bool Found;

    public bool Record(byte* record, int bytes, ulong time)
    {
        Found = true;
        return false;
    }
}
