using ForkTrace.Arrow.Ipc;
using ForkTrace.Arrow.Schema;

namespace ForkTrace.Arrow.Writing;

/// <summary>
/// Writes the Arrow IPC file format: a stream between two magics, and a footer with the schema and the place of each batch.
/// </summary>
/// <remarks>Record batches begin at multiples of 64 bytes in the file, and each of their buffers too.</remarks>
public sealed class ArrowFileWriter : ArrowWriter
{
    private readonly List<long> _dictionaryBlocks = [];
    private readonly List<long> _batchBlocks = [];

    public ArrowFileWriter(Stream stream, ArrowSchema schema, ArrowWriterOptions? options = null)
        : base(stream, schema, options) => FooterMetadata = schema.Metadata;

    /// <summary>
    /// The schema's custom metadata in the footer, which is what readers of files see. Set it before <see cref="ArrowWriter.Finish"/> for
    /// what is known only after the last batch; at first it is the schema's own.
    /// </summary>
    public ArrowMetadata FooterMetadata { get; set; }

    private protected override void WriteStart()
    {
        Sink.Write(IpcFormat.Magic);
        Sink.Pad(IpcFormat.FileHeaderBytes);
    }

    private protected override void WriteEnd()
    {
        Sink.WriteEnd();
        ReadOnlySpan<byte> footer = MetadataEncoder.Footer(
            Schema.With(FooterMetadata), _dictionaryBlocks.ToArray(), _batchBlocks.ToArray());
        Sink.Write(footer);
        Sink.WriteInt32(footer.Length);
        Sink.Write(IpcFormat.Magic);
    }

    private protected override void Wrote(long offset, int metadataBytes, long bodyBytes, bool isDictionary)
    {
        // The int32 length and the four bytes of padding after it are one little-endian word.
        List<long> blocks = isDictionary ? _dictionaryBlocks : _batchBlocks;
        blocks.AddRange([offset, metadataBytes, bodyBytes]);
    }
}
