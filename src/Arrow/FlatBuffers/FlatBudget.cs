namespace ForkTrace.Arrow.FlatBuffers;

/// <summary>
/// What one flatbuffer may cost to decode. Tables and texts in a flatbuffer can be pointed at many times over, so a small buffer could
/// otherwise unfold to any size.
/// </summary>
internal sealed class FlatBudget(long bufferBytes)
{
    // Every table and text that a writer makes is pointed at once or a few times; 64 times over is no honest file.
    private const int Factor = 64;
    private const int TableCostBytes = 16;

    private long _leftBytes = (bufferBytes * Factor) + 4096;

    public void TakeTable(long fileOffset) => Take(TableCostBytes, fileOffset);

    public void Take(long bytes, long fileOffset)
    {
        _leftBytes -= bytes;
        if (_leftBytes < 0)
        {
            Reject.With(
                "metadata", fileOffset, "tables and texts shared so often that they unfold without end",
                $"{Factor} times the {bufferBytes} bytes of the metadata");
        }
    }
}
