namespace ForkTrace.Ingest.Formats;

/// <summary>All trace formats of this assembly, in ordinal order of name.</summary>
public static class FormatCatalog
{
    /// <summary>Number of bytes at a file's beginning that are used to recognise the format.</summary>
    public const int PrefixBytes = 4096;

    public static ImmutableArray<ITraceFormat> All { get; } = Find();

    /// <summary>The format with that name. Rejects an unknown name; the message lists the names.</summary>
    public static ITraceFormat ByName(string name)
    {
        ITraceFormat? found = All.FirstOrDefault(format => format.Descriptor.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return found ?? throw new IngestException("unknown_format", $"there is no trace format '{name}'; known are {Names}");
    }

    /// <summary>The only format whose sniff accepts the prefix. Rejects the input if none or several do.</summary>
    public static ITraceFormat Probe(ReadOnlySpan<byte> prefix)
    {
        ITraceFormat? found = null;
        foreach (ITraceFormat format in All)
        {
            if (!format.Sniff(prefix))
                continue;
            string both = $"{found?.Descriptor.Name} and like {format.Descriptor.Name}";
            if (found is not null)
                Reject.For("ambiguous_format", $"the input looks like {both}: choose one with --format");
            found = format;
        }

        if (found is null && prefix is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
            Reject.Unsupported("the input is a text in UTF-16, which is not supported: convert it with 'iconv -f utf-16 -t utf-8'", 0);
        if (found is null && ForeignKinds.Find(prefix) is { } foreign)
            Reject.Unsupported(foreign, 0);
        return found ?? throw new IngestException(
            "unknown_format",
            $"the input is not in a supported trace format ({Names}): it is {ForeignKinds.Describe(prefix)}",
            0);
    }

    /// <summary>True if a pipe that begins with <paramref name="prefix"/> can be read as it arrives. The format is given by its name, or by
    /// the prefix if the name is null.</summary>
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
