using System.Buffers;
using Apache.Arrow;

namespace ForkTrace.Events;

/// <summary>The rows of a table as Arrow batches of numbers. The batches use the table's memory.</summary>
internal static unsafe class EventBatches
{
    /// <summary>Most rows per batch: 35 MiB, so that a reader of long files needs little memory.</summary>
    public const int MaxRows = 1 << 20;

    /// <summary>Calls <paramref name="use"/> for each batch, once for an empty table. A batch must not be used after the call.</summary>
    public static void Over(EventTable table, int batchRows, Action<RecordBatch> use)
    {
        fixed (long* times = table.TimesNs, values = table.Values)
        fixed (ushort* cpus = table.Cpus)
        fixed (EventKind* kinds = table.Kinds)
        fixed (int* tasks = table.Tasks, others = table.Others, tids = table.Tids, comms = table.Comms)
        {
            int start = 0;
            do
            {
                int rows = Math.Min(batchRows, table.Count - start);
                use(Of(rows, times + start, cpus + start, kinds + start, tasks + start, others + start, tids + start, comms + start, values + start));
                start += rows;
            }
            while (start < table.Count);
        }
    }

    /// <summary>A batch with correct sizes, whose values must not be read.</summary>
    public static RecordBatch Blank(int rows) => Of(rows, null, null, null, null, null, null, null, null);

    private static RecordBatch Of(
        int rows, long* times, ushort* cpus, EventKind* kinds, int* tasks, int* others, int* tids, int* comms, long* values) => new(
        EventSchema.Numbers,
        [
            new Int64Array(Buffer(times, rows), ArrowBuffer.Empty, rows, nullCount: 0, offset: 0),
            new UInt16Array(Buffer(cpus, rows), ArrowBuffer.Empty, rows, nullCount: 0, offset: 0),
            new UInt8Array(Buffer(kinds, rows), ArrowBuffer.Empty, rows, nullCount: 0, offset: 0),
            new Int32Array(Buffer(tasks, rows), ArrowBuffer.Empty, rows, nullCount: 0, offset: 0),
            new Int32Array(Buffer(others, rows), ArrowBuffer.Empty, rows, nullCount: 0, offset: 0),
            new Int32Array(Buffer(tids, rows), ArrowBuffer.Empty, rows, nullCount: 0, offset: 0),
            new Int32Array(Buffer(comms, rows), ArrowBuffer.Empty, rows, nullCount: 0, offset: 0),
            new Int64Array(Buffer(values, rows), ArrowBuffer.Empty, rows, nullCount: 0, offset: 0),
        ],
        rows);

    private static ArrowBuffer Buffer<T>(T* start, int rows)
        where T : unmanaged => new(new FixedMemory((byte*)start, checked(rows * sizeof(T))).Memory);
}

/// <summary>Pinned memory for Apache.Arrow. The owner must keep it valid while it is used.</summary>
internal sealed unsafe class FixedMemory(byte* start, int length) : MemoryManager<byte>
{
    public override Span<byte> GetSpan() => new(start, length);
    public override MemoryHandle Pin(int elementIndex = 0) => new(start + elementIndex);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
