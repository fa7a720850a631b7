using System.Collections.Immutable;

namespace ForkTrace.Events;

/// <summary>
/// The distinct task names of a trace. Index 0 is the unknown name "". A name is the kernel's bytes as UTF-8; bytes that are not
/// UTF-8, and the backslash, are written <c>\xNN</c>, so that no name is lost. Control characters are kept: escape before showing.
/// </summary>
public sealed class CommTable(ImmutableArray<string> names)
{
    public static CommTable Empty { get; } = new([""]);

    public int Count => names.Length;

    public ImmutableArray<string> Names => names;

    public string this[int index] => names[index];
}
