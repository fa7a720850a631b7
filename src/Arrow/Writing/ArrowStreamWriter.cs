using ForkTrace.Arrow.Schema;

namespace ForkTrace.Arrow.Writing;

/// <summary>Writes the Arrow IPC streaming format: schema, batches, end marker.</summary>
public sealed class ArrowStreamWriter : ArrowWriter
{
    public ArrowStreamWriter(Stream stream, ArrowSchema schema, ArrowWriterOptions? options = null)
        : base(stream, schema, options)
    {
    }

    private protected override void WriteStart()
    {
    }

    private protected override void WriteEnd() => Sink.WriteEnd();
}
