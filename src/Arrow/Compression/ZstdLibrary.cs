using System.Runtime.InteropServices;

namespace ForkTrace.Arrow.Compression;

/// <summary>Finds the machine's zstd library and says which package to install when it is not there.</summary>
internal static class ZstdLibrary
{
    /// <summary>The soname that every zstd 1.x installs; LibraryImport loads the same name.</summary>
    public const string Name = "libzstd.so.1";

    private static readonly bool s_found = TryLoad(Name);

    /// <summary>Throws unless the zstd library can be loaded.</summary>
    /// <exception cref="DllNotFoundException">The library is not installed.</exception>
    public static void Require()
    {
        if (!s_found)
            throw Missing(Name);
    }

    public static bool TryLoad(string name) => NativeLibrary.TryLoad(name, out _);

    public static DllNotFoundException Missing(string name) => new(
        $"The zstd library {name} was not found, and zstd data cannot be read or written without it. " +
        "Install the package libzstd1 (Debian, Ubuntu: apt-get install libzstd1) or libzstd (Fedora: dnf install libzstd).");
}
