namespace Microsoft.DotNet.Interactive.Formatting;

/// <summary>
/// The part of .NET Interactive's Formatter that the notebooks use, by the same name and signatures: which forms a type is shown in.
/// </summary>
public static class Formatter
{
    private static readonly Dictionary<(Type Type, string MimeType), Func<object, string>> s_formats = [];
    private static readonly Dictionary<Type, string[]> s_preferred = [];

    /// <summary>The forms that a value of a type is shown in, all of them side by side.</summary>
    public static void SetPreferredMimeTypesFor(Type type, params string[] preferredMimeTypes) => s_preferred[type] = preferredMimeTypes;

    /// <summary>How a value of a type is written in a form.</summary>
    public static void Register<T>(Func<T, string> formatter, string mimeType) =>
        s_formats[(typeof(T), mimeType)] = value => formatter((T)value);

    /// <summary>The forms of a value, in order of preference; plain text for types that nobody registered.</summary>
    internal static IEnumerable<(string MimeType, string Text)> Forms(object value) =>
        s_preferred.TryGetValue(value.GetType(), out string[]? preferred)
            ? preferred.Select(mimeType => (mimeType, s_formats[(value.GetType(), mimeType)](value)))
            : [("text/plain", value.ToString() ?? "")];

    /// <summary>Forgets everything, for the next notebook.</summary>
    internal static void Reset()
    {
        s_formats.Clear();
        s_preferred.Clear();
    }
}
