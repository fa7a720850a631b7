using System.IO.Enumeration;

namespace ForkTrace.Analytics.Comparison;

/// <summary>The recordings that a plan names: paths with the wildcards <c>*</c> and <c>?</c> in any part.</summary>
internal static class PlanFiles
{
    /// <summary>Full paths, each once, in ordinal order.</summary>
    /// <exception cref="RuleException">There is no pattern, or a pattern matches nothing.</exception>
    public static ImmutableArray<string> Find(ImmutableArray<string> patterns, string folder) => patterns.IsEmpty
        ? throw new RuleException("'traces' names no recording: traces = [\"traces/*.zst\"]")
        : [.. patterns.SelectMany(pattern => Find(pattern, folder)).Distinct().Order(StringComparer.Ordinal)];

    private static List<string> Find(string pattern, string folder)
    {
        string[] parts = pattern.Split('/', StringSplitOptions.RemoveEmptyEntries);
        List<string> found = [Path.IsPathRooted(pattern) ? "/" : folder];
        for (int place = 0; place < parts.Length; place++)
            found = [.. found.SelectMany(parent => Children(parent, parts[place], isLast: place == parts.Length - 1))];
        return found.Count > 0 && parts.Length > 0 ? found : throw new RuleException($"'traces': nothing is called {pattern}");
    }

    // Hidden files, and the files that accompany a recording, are not recordings.
    private static bool Fits(string name, string pattern) =>
        name[0] != '.' && !name.EndsWith(KernelFacts.FileSuffix, StringComparison.Ordinal)
        && FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);

    // A folder is taken as a recording only if it is named, not if a wildcard matches it.
    private static IEnumerable<string> Children(string parent, string part, bool isLast)
    {
        if (!part.AsSpan().ContainsAny('*', '?'))
            return Path.GetFullPath(Path.Combine(parent, part)) is var path && Path.Exists(path) ? [path] : [];
        if (!Directory.Exists(parent))
            return [];
        IEnumerable<string> there = isLast ? Directory.EnumerateFiles(parent) : Directory.EnumerateDirectories(parent);
        return there.Where(path => Fits(Path.GetFileName(path), part));
    }
}
