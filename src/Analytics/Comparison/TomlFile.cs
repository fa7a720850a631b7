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
        FileInfo file = new(path);
        if (!file.Exists)
            throw new RuleException($"there is no file '{path}'");
        if (file.Length > LengthMax)
            throw new RuleException($"{path} has {file.Length} bytes, but must have {LengthMax} at most");
        try
        {
            // The serializer alone lets a key be given twice.
            string text = File.ReadAllText(path);
            SyntaxParser.ParseStrict(text, path, validate: true);
            return TomlSerializer.Deserialize<TomlTable>(text) ?? [];
        }
        catch (Exception fault) when (fault is TomlException or ArgumentException)
        {
            // Of an escape that is no character, the parser's own message throws.
            throw new RuleException($"{path}: {fault.Message.ReplaceLineEndings(" ").Trim()}", fault);
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
