using ForkTrace.Ingest.Opening;

namespace ForkTrace.Cli.Commands;

/// <summary>The default name of the event file that ingest writes.</summary>
internal static class EventFileName
{
    private static readonly string[] s_wrappings = [".zst", ".gz", ".xz", ".lz4", ".tgz", ".txz", ".tar", ".zip"];
    private static readonly string[] s_formats = [".perf.data", ".perf", ".data", ".dat"];

    /// <summary>
    /// The recording's name with the suffixes of packing and format replaced: <c>a.perf.data.zst</c> gives <c>a.arrow</c>.
    /// </summary>
    public static string Of(string recording) => Replaced(NameOf(recording));

    private static string Replaced(string name)
    {
        string unwrapped = Without(name, s_wrappings);
        return unwrapped == name ? $"{Without(name, s_formats)}.arrow" : Replaced(unwrapped);
    }

    // A recording may be standard input, or a folder whose name ends in a slash.
    private static string NameOf(string recording) =>
        recording == TraceOpener.StandardInput ? "stdin" : Path.GetFileName(Path.TrimEndingDirectorySeparator(recording));

    private static string Without(string name, string[] suffixes)
    {
        foreach (string suffix in suffixes)
        {
            if (name.Length > suffix.Length && name.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
                return name[..^suffix.Length];
        }

        return name;
    }
}
