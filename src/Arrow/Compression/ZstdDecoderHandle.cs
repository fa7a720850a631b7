using Microsoft.Win32.SafeHandles;

namespace ForkTrace.Arrow.Compression;

/// <summary>Owns one ZSTD_DCtx and frees it once.</summary>
internal sealed class ZstdDecoderHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public ZstdDecoderHandle()
        : base(ownsHandle: true)
    {
        ZstdLibrary.Require();
        SetHandle(ZstdNative.ZSTD_createDCtx());
        if (IsInvalid)
            throw new InsufficientMemoryException("zstd could not allocate a decoder.");
    }

    protected override bool ReleaseHandle()
    {
        _ = ZstdNative.ZSTD_freeDCtx(handle);
        return true;
    }
}
