namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>Takes the records of a ring-buffer page; a struct, so that the loop over the page inlines it.</summary>
public unsafe interface IRecordSink
{
    /// <summary>One record, from common_type on; false ends the walk.</summary>
    /// <param name="record">Its first byte.</param>
    /// <param name="bytes">Its length, a multiple of 4, inside the page.</param>
    /// <param name="time">Its time in units of the trace clock.</param>
    bool Record(byte* record, int bytes, ulong time);
}
