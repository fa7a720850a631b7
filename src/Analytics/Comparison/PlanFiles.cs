using System.IO.Enumeration;

namespace ForkTrace.Analytics.Comparison;

/// <summary>The recordings that a plan names: paths, in each part of which <c>*</c> and <c>?</c> stand for letters.</summary>
internal static class PlanFiles
{
    /// <summary>Full paths, each once, in ordinal order.</summary>
    /// <exception cref="RuleException">There is no pattern, or nothing is called as one says.</exception>
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

    // What is hidden, and what stands beside a recording, is no recording.
    private static bool Fits(string name, string pattern) =>
        name[0] != '.' && !name.EndsWith(KernelFacts.FileSuffix, StringComparison.Ordinal)
        && FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);

    // A recording that is a folder is one by its own name, and not because a pattern fits.
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
