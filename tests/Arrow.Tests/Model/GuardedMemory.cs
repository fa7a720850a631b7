using System.Runtime.InteropServices;
using ForkTrace.Arrow.Reading;

namespace ForkTrace.Arrow.Tests.Model;

/// <summary>Bytes whose last one is followed by a page that cannot be read.</summary>
internal sealed unsafe partial class GuardedMemory : IDisposable
{
    private const int PageBytes = 4096;
    private const int ProtNone = 0;
    private const int ProtReadWrite = 3;
    private const int MapPrivateAnonymous = 0x22;

    private readonly byte* _pages;
    private readonly nuint _pagesBytes;
    private readonly int _length;

    public GuardedMemory(ReadOnlySpan<byte> content)
    {
        _length = content.Length;
        int dataPages = ((content.Length + PageBytes - 1) / PageBytes) + 1;
        _pagesBytes = (nuint)((dataPages + 1) * PageBytes);
        _pages = Map(null, _pagesBytes, ProtReadWrite, MapPrivateAnonymous, -1, 0);
        Assert.NotEqual(-1, (nint)_pages);
        Assert.Equal(0, Protect(_pages + (dataPages * PageBytes), PageBytes, ProtNone));
        Start = _pages + (dataPages * PageBytes) - content.Length;
        content.CopyTo(new Span<byte>(Start, content.Length));
    }

    public byte* Start { get; }

    public MappedFile Map() => new(Start, _length);

    public void Dispose() => Assert.Equal(0, Unmap(_pages, _pagesBytes));

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial byte* Map(byte* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(byte* address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(byte* address, nuint length);
}
