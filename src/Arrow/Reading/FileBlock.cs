using ForkTrace.Arrow.FlatBuffers;
using ForkTrace.Arrow.Ipc;

namespace ForkTrace.Arrow.Reading;

/// <summary>Where a message is in a file: its prefix and metadata, and its body right after.</summary>
internal readonly record struct FileBlock(long Offset, int MetadataBytes, long BodyBytes)
{
    /// <summary>Reads the blocks of a footer, each of which must lie between the file's header and its footer.</summary>
    public static FileBlock[] Decode(FlatVector blocks, long footerOffset)
    {
        FileBlock[] decoded = new FileBlock[blocks.Count];
        for (int i = 0; i < decoded.Length; i++)
        {
            long at = blocks.FileOffset(i);
            FileBlock block = new(blocks.Int64(i, 0), blocks.Int32(i, 8), blocks.Int64(i, 16));
            Reject.Outside("offset of a block", at, block.Offset, IpcFormat.FileHeaderBytes, footerOffset);
            long left = footerOffset - block.Offset;
            Reject.Outside("metadata length of a block", at, block.MetadataBytes, IpcFormat.MessagePrefixBytes, left);
            Reject.Outside("body length of a block", at, block.BodyBytes, 0, left - block.MetadataBytes);
            decoded[i] = block;
        }

        return decoded;
    }
}
