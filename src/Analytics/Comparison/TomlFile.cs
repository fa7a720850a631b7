using Tomlyn;
using Tomlyn.Model;
using Tomlyn.Parsing;

namespace ForkTrace.Analytics.Comparison;

/// <summary>Reads TOML, and says in one line what is wrong with it.</summary>
public static class TomlFile
{
    private const int LengthMax = 1 << 20;

    /// <summary>Reads a file whole.</summary>
    /// <exception cref="RuleException">There is no such file, it is too long, or no TOML.</exception>
    public static TomlTable Read(string path)
    {
        if (!File.Exists(path))
            throw new RuleException($"there is no file '{path}'");
        string text = Text(path);
        try
        {
            // The serializer alone lets a key be given twice.
            SyntaxParser.ParseStrict(text, path, validate: true);
            return TomlSerializer.Deserialize<TomlTable>(text) ?? [];
        }
        catch (Exception fault) when (fault is TomlException or ArgumentException)
        {
            // Of an escape that is no character, the parser's own message throws.
            throw new RuleException($"{path}: {fault.Message.ReplaceLineEndings(" ").Trim()}", fault);
        }
    }

    private static string Text(string path)
    {
        try
        {
            return SmallFile.ReadText(path, LengthMax);
        }
        catch (IOException fault)
        {
            throw new RuleException(fault.Message, fault);
        }
    }

    /// <summary>Names the file in what goes wrong.</summary>
    public static T Explain<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (RuleException fault)
        {
            throw new RuleException($"{path}: {fault.Message}", fault);
        }
    }
}
