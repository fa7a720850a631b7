using System.CommandLine.Parsing;

namespace ForkTrace.Cli.Options;

/// <summary>Options and arguments that mean the same in every command.</summary>
internal static class SharedOptions
{
    public static Option<bool> Json() => new("--json") { Description = "Write JSON instead of text (docs/json.md)." };

    /// <summary>A required file. Refuses a word that begins with -, because that is a misspelt option.</summary>
    public static Argument<string> File(string name, string description)
    {
        Argument<string> file = new(name) { Description = description };
        file.Validators.Add(RefuseOption);
        return file;
    }

    /// <summary>One or more files.</summary>
    public static Argument<string[]> Files(string name, string description)
    {
        Argument<string[]> files = new(name) { Description = description, Arity = ArgumentArity.OneOrMore };
        files.Validators.Add(result =>
        {
            foreach (Token token in result.Tokens)
                RefuseOption(result, token.Value);
        });
        return files;
    }

    /// <summary>The number of threads. Results do not depend on it.</summary>
    public static Option<int> Threads()
    {
        const int Most = 1024;
        Option<int> threads = new("--threads")
        {
            Description = "Number of threads; results do not depend on it.",
            HelpName = "N",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        threads.Validators.Add(result =>
        {
            // The parser has already reported a value that is not a number.
            string given = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (int.TryParse(given, CultureInfo.InvariantCulture, out int count) && count is < 1 or > Most)
                result.AddError($"--threads is {count}, but must be 1 to {Most}");
        });
        return threads;
    }

    /// <summary>An option that takes a number of bytes, with K, M, G or T for powers of 1024.</summary>
    public static Option<long?> Bytes(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "SIZE",
        CustomParser = result =>
        {
            string given = result.Tokens[0].Value;
            int power = given.Length == 0 ? -1 : "KMGT".IndexOf(char.ToUpperInvariant(given[^1]), StringComparison.Ordinal);
            string digits = power < 0 ? given : given[..^1];
            long unit = 1L << (10 * (power + 1));
            if (long.TryParse(digits, System.Globalization.NumberStyles.None, CultureInfo.InvariantCulture, out long count)
                && count > 0 && count <= long.MaxValue / unit)
                return count * unit;
            result.AddError($"{name} is '{given}', but must be a number of bytes, with K, M, G or T for larger ones, as in 512M or 8G");
            return null;
        },
    };

    /// <summary>An option that takes one of a few words.</summary>
    public static Option<string> Choice(string name, string description, params string[] words)
    {
        Option<string> choice = new(name)
        {
            Description = description,
            HelpName = string.Join('|', words),
            DefaultValueFactory = _ => words[0],
        };
        choice.CompletionSources.Add(words);
        choice.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !words.Contains(result.Tokens[0].Value, StringComparer.Ordinal))
                result.AddError($"{name} is '{result.Tokens[0].Value}', but must be {string.Join(" or ", words)}");
        });
        return choice;
    }

    private static void RefuseOption(ArgumentResult result) =>
        RefuseOption(result, result.Tokens.Count == 1 ? result.Tokens[0].Value : null);

    private static void RefuseOption(ArgumentResult result, string? value)
    {
        if (value is { Length: > 1 } && value[0] == '-')
            result.AddError($"there is no option '{value}' (a file of that name is ./{value})");
    }
}
