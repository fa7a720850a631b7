namespace ForkTrace.Ingest.Formats;

/// <summary>All trace formats of this assembly, in ordinal order of name.</summary>
public static class FormatCatalog
{
    /// <summary>Bytes of a file's beginning that a format may look at to know itself.</summary>
    public const int PrefixBytes = 4096;

    public static ImmutableArray<ITraceFormat> All { get; } = Find();

    /// <summary>The format of that name; rejects an unknown name with the names there are.</summary>
    public static ITraceFormat ByName(string name)
    {
        ITraceFormat? found = All.FirstOrDefault(format => format.Descriptor.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return found ?? throw new IngestException("unknown_format", $"there is no trace format '{name}'; known are {Names}");
    }

    /// <summary>The one format whose sniff accepts the prefix; rejects the input if none or several do.</summary>
    public static ITraceFormat Probe(ReadOnlySpan<byte> prefix)
    {
        ITraceFormat? found = null;
        foreach (ITraceFormat format in All)
        {
            if (!format.Sniff(prefix))
                continue;
            string both = $"{found?.Descriptor.Name} and like {format.Descriptor.Name}";
            if (found is not null)
                Reject.For("ambiguous_format", $"the input looks like {both}: say which with --format");
            found = format;
        }

        if (found is null && prefix is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
            Reject.Unsupported("the input is a text in UTF-16, which is not read: convert it with 'iconv -f utf-16 -t utf-8'", 0);
        if (found is null && ForeignKinds.Find(prefix) is { } foreign)
            Reject.Unsupported(foreign, 0);
        return found ?? throw new IngestException(
            "unknown_format",
            $"the input is none of the trace formats that are read ({Names}): it is {ForeignKinds.Describe(prefix)}",
            0);
    }

    /// <summary>True if a pipe that begins so can be read as it comes, by the format of that name or, for null, the one that its bytes tell.</summary>
    internal static bool OfPipe(ReadOnlySpan<byte> prefix, string? name)
    {
        foreach (ITraceFormat format in All)
        {
            bool isIt = name is null ? format.Sniff(prefix) : format.Descriptor.Name.Equals(name, StringComparison.OrdinalIgnoreCase);
            if (isIt && format.ReadsPipe(prefix))
                return true;
        }

        return false;
    }

    private static string Names => string.Join(", ", All.Select(format => format.Descriptor.Name));

    private static ImmutableArray<ITraceFormat> Find()
    {
        List<ITraceFormat> formats = [];
        foreach (Type type in typeof(FormatCatalog).Assembly.GetTypes())
        {
            if (type is { IsClass: true, IsAbstract: false } && typeof(ITraceFormat).IsAssignableFrom(type))
                formats.Add((ITraceFormat)Activator.CreateInstance(type)!);
        }

        formats.Sort((left, right) => string.CompareOrdinal(left.Descriptor.Name, right.Descriptor.Name));
        for (int index = 1; index < formats.Count; index++)
        {
            if (formats[index].Descriptor.Name == formats[index - 1].Descriptor.Name)
                throw new InvalidOperationException($"Two trace formats are named '{formats[index].Descriptor.Name}'.");
        }

        return [.. formats];
    }
}
