using System.Collections.Immutable;
using ForkTrace.Ingest.Tracepoints;

namespace ForkTrace.Ingest.Formats.NetTrace;

/// <summary>An event that the metadata describes.</summary>
/// <param name="Format">Its fields, in a record of which the kernel's common header is made up in front of the payload.</param>
/// <param name="HasPid">True if the payload has the kernel's common_pid itself.</param>
/// <param name="HasSampleValue">True if the payload begins with a varuint that is no part of the kernel's record.</param>
/// <param name="DataLocs">Places in that record of words that point into the payload, from the payload's start.</param>
internal sealed record NetTraceEvent(EventFormat Format, bool HasPid, bool HasSampleValue, ImmutableArray<int> DataLocs)
{
    /// <summary>Bytes of the made-up header: common_type u16, two bytes unused, common_pid i32.</summary>
    public const int HeadBytes = 8;
}
