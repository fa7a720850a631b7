namespace ForkTrace.Events;

/// <summary>The first two numbers of a kernel release (<c>uname -r</c>), which decide about its events: 6 and 18 of 6.18.5-arch1.</summary>
public readonly record struct KernelRelease(int Major, int Minor)
{
    /// <summary>True if this kernel is that one or a later one.</summary>
    public bool IsAtLeast(int major, int minor) => Major > major || (Major == major && Minor >= minor);

    /// <summary>Reads a release; null if it does not begin with two numbers.</summary>
    public static KernelRelease? Parse(string release)
    {
        ArgumentNullException.ThrowIfNull(release);
        int dot = release.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0)
            return null;
        int end = dot + 1;
        while (end < release.Length && char.IsAsciiDigit(release[end]))
            end++;
        return TryNumber(release.AsSpan(0, dot), out int major) && TryNumber(release.AsSpan(dot + 1, end - dot - 1), out int minor)
            ? new KernelRelease(major, minor)
            : null;
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
