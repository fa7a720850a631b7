using System.Runtime.CompilerServices;
using ForkTrace.Ingest.Columns;
using ForkTrace.Ingest.Tracepoints;

namespace ForkTrace.Ingest.Formats.TraceDat;

/// <summary>Turns the records of a page into rows of one CPU's stream.</summary>
public readonly unsafe struct DecodingSink<TClock>(TracepointDecoder decoder, RawEventStream stream, EventTally tally, TClock clock)
    : IRecordSink
    where TClock : struct, ITraceClock
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Record(byte* record, int bytes, ulong time)
    {
        decoder.Decode(new ReadOnlySpan<byte>(record, bytes), clock.ToNs(time), stream, tally);
        return true;
    }
}
